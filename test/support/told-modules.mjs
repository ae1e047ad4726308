// Loaded before a program (`--import`): tells on standard error which modules of OpenTelemetry it loads.
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier.startsWith('@opentelemetry/')) process.stderr.write(`loads ${specifier}\n`);
    return nextResolve(specifier, context);
  },
});
