import { readdirSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

/** The directories of `src/` that each directory may import from, besides itself. Any other import is forbidden. */
const ARROWS: Record<string, readonly string[]> = {
  comparison: [],
  config: [],
  http: ['config'],
  observability: ['config', 'crypto', 'http'],
  platform: ['config', 'http', 'observability'],
  contract: ['http', 'platform'],
  crypto: ['config'],
  store: ['config', 'http', 'observability'],
  identity: ['config', 'crypto', 'http', 'observability'],
  session: ['config', 'crypto', 'http', 'identity', 'observability', 'store'],
  auth: ['config', 'contract', 'crypto', 'frontend', 'http', 'identity', 'observability', 'session', 'store'],
  idempotency: ['auth', 'config', 'crypto', 'http', 'platform', 'store'],
  connectors: ['auth', 'comparison', 'contract', 'idempotency', 'platform', 'versions'],
  connections: ['auth', 'contract', 'idempotency', 'platform'],
  versions: ['auth', 'comparison', 'config', 'contract', 'http', 'observability', 'platform'],
  library: ['auth', 'contract', 'idempotency', 'platform'],
  protocols: ['auth', 'contract', 'platform'],
  import: [
    'auth',
    'comparison',
    'config',
    'contract',
    'http',
    'idempotency',
    'observability',
    'platform',
    'store',
    'versions',
  ],
  frontend: ['config', 'http'],
  health: ['auth', 'http', 'store'],
  docs: ['app.module', 'auth', 'config', 'contract', 'http', 'idempotency', 'import', 'observability', 'platform'],
};

interface Import {
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** The imported path, relative to the root. */
  readonly path: string;
}

function importsOf(root: string): Import[] {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'),
  );
  return files.flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    return [...text.matchAll(/from '(\.{1,2}\/[^']+)'/g)].map(([, path = '']) => {
      const target = normalize(join(file, '..', path));
      return { file, from: roomOf(file), to: roomOf(target), path: target };
    });
  });
}

function roomOf(file: string): string {
  const [room = '', ...rest] = file.split('/');
  return rest.length === 0 ? room.replace(/\.[jt]s$/, '') : room;
}

describe('imports between directories', () => {
  it('go one way: no directory imports from one that is not listed for it', () => {
    const wrong = importsOf('src').filter(
      ({ from, to }) => from in ARROWS && from !== to && !ARROWS[from]?.includes(to),
    );
    expect(wrong).toEqual([]);
  });

  it('are listed for every directory', () => {
    const rooms = readdirSync('src', { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    expect(rooms.toSorted()).toEqual(Object.keys(ARROWS).toSorted());
  });

  it('go from the sandbox only to the document conversion, and never from the gateway to the sandbox', () => {
    const outside = importsOf('sandbox').filter(({ to }) => to === '..');
    expect(outside.filter(({ path }) => !path.startsWith('../src/import/openapi/'))).toEqual([]);
    expect(importsOf('src').filter(({ to }) => to === '..' || to === 'sandbox')).toEqual([]);
  });

  it('are absent from the document conversion, which the sandbox shares', () => {
    const reach = importsOf('src').filter(
      ({ file, path }) => file.startsWith('import/openapi/') && !path.startsWith('import/openapi/'),
    );
    expect(reach).toEqual([]);
  });

  it('let no controller bypass the contract with Nest’s parameter decorators, which validate nothing here', () => {
    const controllers = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.controller.ts'),
    );
    const unchecked = controllers.filter((file) =>
      /@(Param|Query|Body)\((?!ConnectorIntake|VersionIntake)/.test(readFileSync(join('src', file), 'utf8')),
    );
    expect(controllers.length).toBeGreaterThan(10);
    expect(unchecked).toEqual([]);
  });
});
