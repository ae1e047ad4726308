import proxy from '@fastify/http-proxy';
import Fastify from 'fastify';
import { CONNECTIONS, endWithBenchmark, PREFIX, UPSTREAM } from './serve.mjs';

const app = Fastify({ keepAliveTimeout: 75_000 });
await app.register(proxy, {
  upstream: UPSTREAM,
  prefix: PREFIX,
  rewritePrefix: PREFIX,
  undici: { connections: CONNECTIONS },
});
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
endWithBenchmark();
