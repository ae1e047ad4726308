// Threads that the code under test starts load its .ts files too: Node strips the types, and a name that ends in .js,
// as in the build, is found as .ts.
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

registerHooks({
  resolve(specifier, context, next) {
    if (!specifier.endsWith('.js') || !/^(\.|file:)/.test(specifier)) return next(specifier, context);
    const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
    const isSource =
      source.protocol === 'file:' && !source.pathname.includes('/node_modules/') && existsSync(fileURLToPath(source));
    return next(isSource ? source.href : specifier, context);
  },
});
