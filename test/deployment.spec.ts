import { load } from 'js-yaml';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Config } from '../src/config/config.js';
import { Problem } from '../src/http/problem.js';
import { startGateway } from './support/gateway.js';

interface Service {
  readonly environment?: Record<string, string | number>;
  readonly command?: readonly string[];
  readonly deploy?: { readonly resources: { readonly limits: { readonly memory: string } } };
}

interface Compose {
  readonly services: Record<'gateway' | 'redis' | 'proxy', Service>;
}

const dockerfile = readFileSync('Dockerfile', 'utf8');
const nginx = readFileSync('deploy/proxy/nginx.conf', 'utf8');
const compose = load(readFileSync('docker-compose.yml', 'utf8')) as Compose;

/** An operator's `.env`. */
const OPERATORS: Record<string, string> = {
  PLATFORM_URL: 'https://platform.example/api/connect/v1',
  OIDC_ISSUER: 'https://identity.example',
  OIDC_CLIENT_ID: 'connect-gateway',
  OIDC_CLIENT_SECRET: 'a-client-secret',
  SESSION_KEYS: 'kX9v2mQ7zR4tY8wB3nL6pD1sF5gH0jCa',
  SESSION_STORE_PASSWORD: 'a-redis@password',
};

describe('the image', () => {
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, files = '']) => files.split(' '));

  it('copies files that exist, and the build context contains no others', () => {
    const [everything, ...lines] = readFileSync('.dockerignore', 'utf8')
      .split('\n')
      .filter((line) => !/^(#|$)/.test(line));
    const allowed = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    expect(copied.filter((file) => !existsSync(file))).toEqual([]);
    expect(everything).toBe('*');
    expect(new Set(allowed)).toEqual(new Set(copied));
  });

  it('uses the pinned Node version', () => {
    const { optionalDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, object>;
    const images = [...dockerfile.matchAll(/^FROM node:(\S+)-slim/gm)].map(([, version]) => version);
    expect(images).toHaveLength(4);
    expect(new Set(images)).toEqual(new Set(Object.values(optionalDependencies ?? {})));
  });
});

describe('docker-compose.yml', () => {
  const environment = Object.entries(compose.services.gateway.environment ?? {});

  const settings = Object.fromEntries(environment.map(([name, value]) => [name, filled(String(value))]));

  it('configures the gateway completely', () => {
    const config = new Config(settings);
    expect(config.sessionStoreUrl).toBe('redis://:a-redis%40password@redis:6379');
    expect(config.trustedProxies).not.toEqual([]);
  });

  it('O7: passes on every setting and nothing else', () => {
    const known = new Set<string>();
    const recorded = new Proxy(settings, {
      get: (all, name: string) => {
        known.add(name);
        return all[name];
      },
    });
    void new Config(recorded);
    // Set by the container, not by the operator.
    for (const own of ['HOST', 'PORT', 'NODE_ENV']) known.delete(own);
    expect(environment.map(([name]) => name).toSorted()).toEqual([...known].toSorted());
  });

  it('sets a Redis password and a memory limit for every service', () => {
    const { redis } = compose.services;
    expect(redis.command?.join(' ')).toContain('--requirepass ${SESSION_STORE_PASSWORD');
    for (const { deploy } of Object.values(compose.services))
      expect(deploy?.resources.limits.memory).toMatch(/^\d+[mg]$/);
  });
});

describe('deploy/proxy/nginx.conf', () => {
  const { SESSION_STORE_PASSWORD: _, ...others } = OPERATORS;
  const { importMaxBytes, platformTimeoutMs } = new Config({ PUBLIC_URL: 'https://connect.example', ...others });

  it('leaves limits to the gateway', () => {
    const maxBody = Number(directive('client_max_body_size'));
    expect(maxBody === 0 || maxBody > importMaxBytes).toBe(true);
    expect(directive('large_client_header_buffers')).toBe('4 16k');
    // An import may take four times as long, after a check of half a minute for which four others are waited for.
    expect(seconds('proxy_read_timeout')).toBeGreaterThan((4 * platformTimeoutMs) / 1000 + 150);
  });

  it('closes an idle connection before the gateway does', async () => {
    const gateway = await startGateway();
    const { headers } = await fetch(`${gateway.url}/health/live`, { headers: { connection: 'keep-alive' } });
    await gateway.close();
    const [, timeout] = /timeout=(\d+)/.exec(headers.get('keep-alive') ?? '') ?? [];
    expect(seconds('keepalive_timeout')).toBeLessThan(Number(timeout));
  });

  it('replaces the forwarding headers of the caller', () => {
    const set = Object.fromEntries([...nginx.matchAll(/proxy_set_header (X-\S+) (\S+);/g)].map(([, ...pair]) => pair));
    expect(set).toEqual({
      'X-Forwarded-For': '$remote_addr',
      'X-Forwarded-Proto': '$scheme',
      'X-Forwarded-Host': '$http_host',
    });
  });

  it('answers with a problem when no replica responds', () => {
    const [, text = ''] = /return 502 '(.+)';/.exec(nginx) ?? [];
    const [, why = ''] = /set \$why '(.+)';/.exec(nginx) ?? [];
    const body = JSON.parse(text.replaceAll('$why', why)) as object;
    // The request target is omitted: nginx would write it unescaped.
    const { instance, ...members } = new Problem('no_answer').toBody({
      requestId: '$request_id',
      path: '/',
    });
    expect(instance).toBe('/');
    expect(body).toEqual(members);
  });
});

/** Compose's interpolation of `${NAME:-default}` and `${NAME?message}`. */
function filled(value: string): string {
  return value.replaceAll(
    /\$\{(\w+):?(.)([^}]*)\}/g,
    (_all, name: string, kind: string, text: string) => OPERATORS[name] ?? (kind === '-' ? text : ''),
  );
}

function directive(name: string): string {
  return new RegExp(`^\\s*${name} (.+);$`, 'm').exec(nginx)?.[1] ?? '';
}

function seconds(name: string): number {
  return Number(/^(\d+)s$/.exec(directive(name))?.[1]);
}
