// The least that Node can do: its own server, undici's `request`, the body piped. No session, no checks, no errors.
import { Pool } from 'undici';
import { CONNECTIONS, serve, UPSTREAM } from './serve.mjs';

const pool = new Pool(UPSTREAM, { connections: CONNECTIONS });

serve(async (req, res) => {
  const { authorization, 'content-type': type, 'content-length': length } = req.headers;
  const hasBody = req.method === 'POST';
  const headers = hasBody
    ? { authorization, 'content-type': type, 'content-length': length }
    : { authorization, accept: 'application/json' };
  const answer = await pool.request({ method: req.method, path: req.url, headers, body: hasBody ? req : null });
  res.writeHead(answer.statusCode, {
    'Content-Type': answer.headers['content-type'],
    'Content-Length': answer.headers['content-length'],
  });
  answer.body.pipe(res);
});
