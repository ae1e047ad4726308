// Loaded before a program (`--import`): prints the OpenTelemetry modules that it loads to standard error, as modules of
// their own or in a file of the bundle, where each is known by a class.
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

const CLASSES = {
  core: 'W3CTraceContextPropagator',
  'exporter-metrics-otlp-http': 'OTLPMetricExporter',
  'exporter-trace-otlp-http': 'OTLPTraceExporter',
  resources: 'ResourceImpl',
  'sdk-trace': 'BatchSpanProcessor',
};

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier.startsWith('@opentelemetry/')) process.stderr.write(`loads ${specifier}\n`);
    return nextResolve(specifier, context);
  },
  load(url, context, nextLoad) {
    const text = url.includes('/dist/bundle/') ? readFileSync(new URL(url), 'utf8') : '';
    for (const [name, own] of Object.entries(CLASSES))
      if (text.includes(own)) process.stderr.write(`loads @opentelemetry/${name}\n`);
    return nextLoad(url, context);
  },
});
