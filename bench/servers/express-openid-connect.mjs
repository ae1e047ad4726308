// Sessions that are an encrypted cookie, opened on every request.
import express from 'express';
import openid from 'express-openid-connect';
import { createProxyMiddleware } from 'http-proxy-middleware';
import { Agent } from 'node:http';
import { CONNECTIONS, PREFIX, serve, UPSTREAM } from './serve.mjs';

const app = express();
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
app.use(
  openid.auth({
    issuerBaseURL: process.env.ISSUER,
    baseURL: `http://127.0.0.1:${process.env.PORT}`,
    clientID: 'connect-gateway',
    clientSecret: 'a-client-secret',
    secret: 'a-secret-of-the-benchmark-that-is-long',
    authorizationParams: { response_type: 'code', response_mode: 'query', scope: 'openid profile email' },
    errorOnRequiredAuth: true,
    idpLogout: false,
  }),
);
app.use(
  PREFIX,
  createProxyMiddleware({
    target: UPSTREAM + PREFIX,
    changeOrigin: true,
    agent,
    on: {
      proxyReq: (proxyReq, req) => {
        proxyReq.removeHeader('cookie');
        proxyReq.setHeader('authorization', `Bearer ${req.oidc.idToken}`);
      },
    },
  }),
);
app.use((error, _req, res, _next) => res.status(error.status ?? 500).json({ code: 'error', message: error.message }));
serve(app);
