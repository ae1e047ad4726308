// The platform for imports: takes a form of any size and says that it has made something of it.
import { serve } from './serve.mjs';

const EMPTY = JSON.stringify({ totalCount: 0, connectors: [] });
const CREATED = JSON.stringify({ connector: {}, definitions: [], actions: [], triggers: [], messages: [] });

serve((req, res) => {
  req.resume().once('end', () => {
    res.writeHead(req.method === 'POST' ? 201 : 200, { 'Content-Type': 'application/json' });
    res.end(req.method === 'POST' ? CREATED : EMPTY);
  });
});
