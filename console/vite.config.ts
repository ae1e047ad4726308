import react from '@vitejs/plugin-react';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

const gateway = process.env['GATEWAY'] ?? 'http://127.0.0.1:3000';
const COMPRESSIBLE = /\.(?:js|css|html|svg)$/;

/** Writes `<file>.br` and `<file>.gz` beside each text file, which the gateway sends as they are. */
function compressAhead(): Plugin {
  return {
    name: 'compress-ahead',
    apply: 'build',
    writeBundle({ dir = 'dist' }) {
      for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
        if (!COMPRESSIBLE.test(name)) continue;
        const bytes = readFileSync(join(dir, name));
        writeFileSync(join(dir, `${name}.br`), brotliCompressSync(bytes));
        writeFileSync(join(dir, `${name}.gz`), gzipSync(bytes, { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), compressAhead()],
  build: {
    target: 'es2023',
    rolldownOptions: { checks: { pluginTimings: false } },
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
  server: { host: 'localhost', proxy: { '/api': gateway, '/auth': gateway } },
});
