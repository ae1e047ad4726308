// Loaded before a program (`--import`): prints the OpenTelemetry modules that it loads to standard error.
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier.startsWith('@opentelemetry/')) process.stderr.write(`loads ${specifier}\n`);
    return nextResolve(specifier, context);
  },
});
