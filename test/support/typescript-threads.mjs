// Lets worker threads of the code under test load its .ts files: a name that ends in .js, as in the build, resolves to
// .ts, whose types Node strips.
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
