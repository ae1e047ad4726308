// What somebody would put together today: sessions in memory, and a proxy that trades the cookie for the token.
import express from 'express';
import session from 'express-session';
import { createProxyMiddleware } from 'http-proxy-middleware';
import { Agent } from 'node:http';
import { CONNECTIONS, PREFIX, serve, UPSTREAM } from './serve.mjs';

const app = express();
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
app.use(session({ secret: 'a-secret-of-the-benchmark', resave: false, saveUninitialized: false }));
app.get('/login', (req, res) => {
  req.session.token = process.env.TOKEN;
  res.sendStatus(204);
});
app.use((req, res, next) => {
  if (req.session.token === undefined) return res.status(401).json({ code: 'unauthenticated' });
  return next();
});
app.use(
  PREFIX,
  createProxyMiddleware({
    target: UPSTREAM + PREFIX,
    changeOrigin: true,
    agent,
    on: {
      proxyReq: (proxyReq, req) => {
        proxyReq.removeHeader('cookie');
        proxyReq.setHeader('authorization', `Bearer ${req.session.token}`);
      },
    },
  }),
);
serve(app);
