import express from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';
import { Agent } from 'node:http';
import { CONNECTIONS, PREFIX, serve, UPSTREAM } from './serve.mjs';

const app = express();
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
app.use(PREFIX, createProxyMiddleware({ target: UPSTREAM + PREFIX, changeOrigin: true, agent }));
serve(app);
