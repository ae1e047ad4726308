// Threads that the code under test starts load its .ts files too: a name that ends in .js, as in the build, is found as
// .ts, and Node turns that into JavaScript.
import { existsSync, readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';

registerHooks({
  resolve(specifier, context, next) {
    if (!specifier.endsWith('.js') || !/^(\.|file:)/.test(specifier)) return next(specifier, context);
    const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
    const isSource =
      source.protocol === 'file:' && !source.pathname.includes('/node_modules/') && existsSync(fileURLToPath(source));
    return next(isSource ? source.href : specifier, context);
  },
  load(url, context, next) {
    if (!/^file:.*\.ts$/.test(url)) return next(url, context);
    const source = stripTypeScriptTypes(readFileSync(fileURLToPath(url), 'utf8'), { mode: 'transform' });
    return { format: 'module', source, shortCircuit: true };
  },
});
