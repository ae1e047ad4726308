import { load } from 'js-yaml';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { Config } from '../src/config/config.js';

const DIRECTORY = 'deploy/kubernetes';

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: Record<string, never>;
}

/** A class of kubernetes-models, which is generated from the OpenAPI document of Kubernetes. */
type Model = new (manifest: object) => { validate(): void; toJSON(): object };

interface Pod {
  readonly securityContext: object;
  readonly terminationGracePeriodSeconds: number;
  readonly volumes: readonly { readonly name: string }[];
  readonly containers: readonly [
    {
      readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
      readonly securityContext: object;
      readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
      readonly resources: { readonly limits: { readonly memory: string } };
      readonly lifecycle: object;
    } & Record<`${'startup' | 'readiness' | 'liveness'}Probe`, { httpGet: { path: string; port: string } }>,
  ];
}

const read = (file: string): unknown => load(readFileSync(join(DIRECTORY, file), 'utf8'));
const kustomization = read('kustomization.yaml') as {
  readonly resources: readonly string[];
  readonly secretGenerator: readonly { readonly files: readonly string[] }[];
};
const manifests = kustomization.resources.map((file) => read(file) as Manifest);
const pod = (read('deployment.yaml') as { spec: { template: { spec: Pod } } }).spec.template.spec;
const [gateway] = pod.containers;

/** Manifests as object literals of the classes' types: the compiler rejects excess members. */
function typeErrorsOf(objects: readonly Manifest[]): string[] {
  mkdirSync('node_modules/.cache', { recursive: true });
  const directory = mkdtempSync(resolve('node_modules/.cache/manifests-'));
  const files = objects.map((manifest, n) => {
    const file = join(directory, `manifest-${n}.ts`);
    const { apiVersion, kind } = manifest;
    const type = `import type { I${kind} } from 'kubernetes-models/${apiVersion}/${kind}';`;
    writeFileSync(file, `${type}\nexport const manifest: I${kind} = ${JSON.stringify(manifest)};\n`);
    return file;
  });
  const { ESNext } = ts.ModuleKind;
  const { Bundler } = ts.ModuleResolutionKind;
  const options = {
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    types: [],
    module: ESNext,
    moduleResolution: Bundler,
  };
  const diagnostics = ts.getPreEmitDiagnostics(ts.createProgram(files, options));
  rmSync(directory, { recursive: true });
  return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

async function modelOf({ apiVersion, kind }: Manifest): Promise<Model> {
  const models = (await import(/* @vite-ignore */ `kubernetes-models/${apiVersion}/${kind}`)) as Record<string, Model>;
  const model = models[kind];
  if (model === undefined) throw new Error(`Kubernetes has no ${kind} in ${apiVersion}`);
  return model;
}

describe('the manifests for Kubernetes', () => {
  it.each(manifests)('$kind matches the schema of $apiVersion', async (manifest) => {
    const ModelOfKind = await modelOf(manifest);
    new ModelOfKind(manifest).validate();
    expect(() => new ModelOfKind({ ...manifest, metadata: 'no object' }).validate()).toThrow(/must/);
  });

  it('have no members unknown to Kubernetes, which its schemas would accept', { timeout: 60_000 }, () => {
    expect(typeErrorsOf(manifests)).toEqual([]);
    const [first] = manifests.filter(({ kind }) => kind === 'Deployment');
    expect(typeErrorsOf([{ ...first, spec: { ...first?.spec, replica: 3 } } as unknown as Manifest])).toHaveLength(1);
  });

  it('are all listed, and every listed file exists', () => {
    const files = readdirSync(DIRECTORY).filter((file) => file.endsWith('.yaml') && file !== 'kustomization.yaml');
    expect(new Set(kustomization.resources)).toEqual(new Set(files));
    for (const { files: secrets } of kustomization.secretGenerator)
      for (const secret of secrets) expect(existsSync(join(DIRECTORY, secret))).toBe(true);
  });

  it('set only settings of the gateway, and read its secrets from the mounted files', () => {
    const lines = readFileSync(join(DIRECTORY, 'gateway.env'), 'utf8').trim().split('\n');
    const settings = Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)));
    const mount = gateway.volumeMounts.find(({ name }) => name === 'secrets')?.mountPath ?? '';
    const files = Object.entries(settings).filter(([name]) => name.endsWith('_FILE'));
    const mounted = kustomization.secretGenerator[0]?.files.map((file) => join(mount, file.replace('secrets/', '')));
    expect(new Set(files.map(([, file]) => file))).toEqual(new Set(mounted));
    for (const [name] of files) settings[name] = '';
    const secrets = { OIDC_CLIENT_SECRET: 'a-secret', SESSION_KEYS: 'kX9v2mQ7zR4tY8wB3nL6pD1sF5gH0jCa' };
    const environment = new Set(Object.keys(settings));
    const config = new Config({ ...settings, ...secrets }, { files: new Map(), environment });
    expect(config.warnings).toEqual([]);
    expect(config.metricsPort).toBe(gateway.ports.find(({ name }) => name === 'metrics')?.containerPort);
    expect(config.port).toBe(gateway.ports.find(({ name }) => name === 'http')?.containerPort);
  });

  it('configure the three probes, and a grace period that covers an import', () => {
    const questions = { startupProbe: 'startup', readinessProbe: 'ready', livenessProbe: 'live' } as const;
    for (const [probe, question] of Object.entries(questions))
      expect(gateway[probe as keyof typeof questions].httpGet).toEqual({ path: `/health/${question}`, port: 'http' });
    expect(gateway.lifecycle).toHaveProperty('preStop');
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(290);
  });

  it('run as a non-root user, with a read-only root and the documented memory', () => {
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(gateway.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(gateway.resources.limits.memory).toBe('2Gi');
    const volumes = new Set(pod.volumes.map(({ name }) => name));
    expect(new Set(gateway.volumeMounts.map(({ name }) => name))).toEqual(volumes);
  });
});
