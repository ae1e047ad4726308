import { createServer, type Server, type ServerResponse } from 'node:http';

/** The response to a scrape. */
export interface Exposition {
  readonly contentType: string;
  metrics(): Promise<string>;
}

/** Serves `GET /metrics` on a separate port, which must not be public. */
export async function serveMetrics(port: number, host: string, exposition: Exposition): Promise<Server> {
  const server = createServer((req, res) => {
    if (req.method === 'GET' && req.url === '/metrics') void answer(res, exposition);
    else res.writeHead(404).end();
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  return server;
}

async function answer(res: ServerResponse, exposition: Exposition): Promise<void> {
  try {
    const body = await exposition.metrics();
    res.writeHead(200, { 'Content-Type': exposition.contentType }).end(body);
  } catch {
    // The scraper retries, and its own alert reports how long it has failed.
    res.writeHead(500).end();
  }
}
