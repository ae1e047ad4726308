import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SUBJECT_CORE, find } from './machine.mjs';
import { freePort, listening, start } from './processes.mjs';
import { scratchDirectory } from './scratch.mjs';

/** nginx as a reverse proxy with connections that stay open on both sides: the practical limit. */
export async function startNginx({ upstreamUrl }) {
  const nginx = find('nginx') ?? find('/usr/sbin/nginx');
  if (nginx === undefined) throw new Error('nginx is not installed');
  const port = await freePort();
  const directory = scratchDirectory('nginx');
  const config = join(directory, 'nginx.conf');
  writeFileSync(config, configOf(port, new URL(upstreamUrl).host, directory));
  const child = start([nginx, '-c', config, '-p', directory, '-e', 'stderr'], { core: SUBJECT_CORE });
  await listening(child, port);
  return { child, pid: child.pid, url: `http://127.0.0.1:${port}` };
}

/** One process, so that its processor time is all there is. */
function configOf(port, upstream, directory) {
  return `
daemon off;
master_process off;
error_log stderr crit;
pid ${directory}/pid;
events { worker_connections 4096; }
http {
  access_log off;
  keepalive_requests 1000000000;
  keepalive_timeout 75s;
  client_body_temp_path ${directory}/body;
  proxy_temp_path ${directory}/proxy;
  fastcgi_temp_path ${directory}/fastcgi;
  uwsgi_temp_path ${directory}/uwsgi;
  scgi_temp_path ${directory}/scgi;
  upstream platform { server ${upstream}; keepalive 256; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://platform;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffers 16 64k;
      proxy_buffer_size 64k;
      proxy_busy_buffers_size 128k;
    }
  }
}
`;
}
