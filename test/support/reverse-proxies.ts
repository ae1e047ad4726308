import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './gateway.js';

/** The reverse proxies whose configurations are shipped. */
export const PROXIES = ['nginx', 'haproxy', 'caddy'] as const;
export type ProxyName = (typeof PROXIES)[number];

/** Whether a proxy is installed. With `CI` set, a missing installation is an error. */
export function hasProxyServer(name: ProxyName): boolean {
  const found = spawnSync(name, [name === 'caddy' ? 'version' : '-v']).status === 0;
  if (!found && process.env['CI'] !== undefined) throw new Error(`the tests need ${name}: apt-get install ${name}`);
  return found;
}

/** The addresses that tests replace in a shipped configuration; nothing else differs. */
type Adapter = (configuration: string, port: number, replicas: readonly number[], directory: string) => Command;

interface Command {
  readonly files: Record<string, string>;
  readonly args: readonly string[];
  readonly env?: Record<string, string>;
}

const ADAPTERS: Record<ProxyName, Adapter> = {
  nginx: (text, port, replicas, directory) => {
    const server = replaced(text, /^resolver .+;$/m, '')
      .replace(/server gateway:3000 resolve (.+);/, (_all, options: string) =>
        replicas.map((at) => `server 127.0.0.1:${at} ${options};`).join('\n  '),
      )
      .replace('listen 8080;', `listen 127.0.0.1:${port};`);
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${directory}/${name};`,
    );
    const main = `pid ${directory}/pid; error_log stderr warn; daemon off; worker_processes 1;
      events { worker_connections 1024; }
      http { ${temporary.join(' ')} include ${directory}/default.conf; }`;
    return {
      files: { 'default.conf': server, 'nginx.conf': main },
      args: ['-p', directory, '-c', `${directory}/nginx.conf`],
    };
  },
  haproxy: (text, port, replicas, directory) => {
    const servers = replicas.map((at, i) => `  server gateway${i + 1} 127.0.0.1:${at}`).join('\n');
    const adapted = replaced(text, /^ {2}server-template .+$/m, servers).replace(
      'bind :8080',
      `bind 127.0.0.1:${port}`,
    );
    return { files: { 'haproxy.cfg': adapted }, args: ['-f', `${directory}/haproxy.cfg`, '-db'] };
  },
  caddy: (text, port, replicas, directory) => ({
    files: { Caddyfile: replaced(text, /^:8080/m, `http://127.0.0.1:${port}`) },
    args: ['run', '--config', `${directory}/Caddyfile`, '--adapter', 'caddyfile'],
    env: { GATEWAYS: replicas.map((at) => `127.0.0.1:${at}`).join(' '), HOME: directory },
  }),
};

const FILES: Record<ProxyName, string> = {
  nginx: 'deploy/proxy/nginx.conf',
  haproxy: 'deploy/proxy/haproxy.cfg',
  caddy: 'deploy/proxy/Caddyfile',
};

/** A real proxy with the shipped configuration in front of replicas. */
export class ReverseProxy {
  /** Its log output. */
  output = '';

  private constructor(
    readonly name: ProxyName,
    readonly url: string,
    private readonly directory: string,
    private readonly process: ChildProcess,
  ) {
    for (const stream of [process.stdout, process.stderr]) stream?.on('data', (text) => (this.output += String(text)));
  }

  static async start(name: ProxyName, replicas: readonly number[]): Promise<ReverseProxy> {
    const directory = mkdtempSync(join(tmpdir(), `gateway-${name}-`));
    mkdirSync(join(directory, 'logs'));
    const port = await freePort();
    const text = readFileSync(resolve(FILES[name]), 'utf8');
    const { files, args, env } = ADAPTERS[name](text, port, replicas, directory);
    for (const [file, content] of Object.entries(files)) writeFileSync(join(directory, file), content);
    const child = spawn(name, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const proxy = new ReverseProxy(name, `http://127.0.0.1:${port}`, directory, child);
    for (const deadline = Date.now() + 15_000; ; await sleep(50)) {
      const status = await fetch(`${proxy.url}/health/live`).then(
        (answer) => answer.status,
        () => 0,
      );
      if (status === 200) return proxy;
      if (Date.now() <= deadline && child.exitCode === null) continue;
      child.kill('SIGKILL');
      throw new Error(`${name} did not start: ${proxy.output}`);
    }
  }

  async close(): Promise<void> {
    this.process.kill('SIGTERM');
    if (this.process.exitCode === null) await once(this.process, 'exit');
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function replaced(text: string, pattern: RegExp, by: string): string {
  if (!pattern.test(text)) throw new Error(`the configuration has no ${String(pattern)}`);
  return text.replace(pattern, by);
}
