import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
  readonly license?: string;
  readonly hasInstallScript?: boolean;
}

interface Component {
  readonly name: string;
  readonly version: string;
  readonly licenses?: readonly { license?: { id?: string; name?: string }; expression?: string }[];
}

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, LockedPackage> };
const packages = Object.entries(lock.packages).filter(([path, { link }]) => path.includes('node_modules/') && !link);
const production = packages.filter(([, { dev, devOptional, optional }]) => !dev && !devOptional && !optional);

/** Licences that permit distribution with other code if the notice is included. */
const PERMISSIVE = new Set([
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'Python-2.0',
  'PSF-2.0',
  'CC0-1.0',
  'Unlicense',
  '(MIT OR CC0-1.0)',
  '(MIT AND Zlib)',
]);

describe('the supply chain', () => {
  it('is locked by content: each package has a version and a digest that an installation verifies', () => {
    const loose = packages.filter(
      ([, { version, integrity }]) => !version || integrity?.startsWith('sha512-') !== true,
    );
    expect(loose.map(([path]) => path)).toEqual([]);
  });

  it('depends on exact versions', () => {
    const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, Record<string, string>>;
    const all = { ...manifest['dependencies'], ...manifest['devDependencies'], ...manifest['optionalDependencies'] };
    expect(Object.entries(all).filter(([, range]) => !/^(npm:@?[\w/-]+@)?\d+\.\d+\.\d+$/.test(range))).toEqual([]);
  });

  it('ships only permissive licences', () => {
    const licences = production.map(([path]) => {
      const { license, licenses } = JSON.parse(readFileSync(`${path}/package.json`, 'utf8')) as {
        license?: string;
        licenses?: { type: string }[];
      };
      return [path, license ?? licenses?.[0]?.type ?? 'none'] as const;
    });
    expect(production.length).toBeGreaterThan(100);
    // States its licence only in its README.
    const known = new Map([['node_modules/pause', 'MIT']]);
    const others = licences.filter(([path, licence]) => !PERMISSIVE.has(known.get(path) ?? licence));
    expect(others).toEqual([]);
  });

  it('is completely listed by npm sbom', () => {
    const command = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
    const sbom = JSON.parse(execFileSync('npm', command, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })) as {
      bomFormat: string;
      components: Component[];
    };
    expect(sbom.bomFormat).toBe('CycloneDX');
    const listed = new Set(sbom.components.map(({ name, version }) => `${name}@${version}`));
    const missing = production.filter(([path, { version }]) => {
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
      return !listed.has(`${name}@${version}`);
    });
    expect(missing.map(([path]) => path)).toEqual([]);
  });
});
