// Loads the simulator and the gateway's sources as one program in which everything that waits goes through the scheduler:
// Vite translates the TypeScript, and the modules that wait, store or draw lots have simulated ones in their place.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer, createServerModuleRunner } from 'vite';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const SHIM_DIRECTORY = join(ROOT, 'test/simulation/shims');
const SHIMS = {
  'node:crypto': 'crypto.ts',
  'node:sqlite': 'sqlite.ts',
  'node:timers/promises': 'timers.promises.ts',
  'node:zlib': 'zlib.ts',
  'lru-cache': 'lru-cache.ts',
  redis: 'redis.ts',
};

/**
 * @param {string} file of this directory
 * @param {{ file: string, from: string, to: string }} [mutant] a fault to put into one of the gateway's sources
 * @returns {Promise<any>} what the file exports
 */
export async function loadSimulation(file, mutant) {
  const server = await createServer({
    root: ROOT,
    configFile: false,
    appType: 'custom',
    logLevel: 'error',
    server: { middlewareMode: true, hmr: false, watch: null, ws: false },
    optimizeDeps: { noDiscovery: true, include: [] },
    plugins: [shims(), eager(), ...(mutant === undefined ? [] : [mutation(mutant)])],
  });
  const runner = createServerModuleRunner(server.environments.ssr, { hmr: false });
  const loaded = await runner.import(join(ROOT, 'test/simulation', file));
  // Nothing that runs in real time may be left when schedules run.
  await server.close();
  return loaded;
}

/** By the text of the imports: Vite resolves Node's own modules before any plugin is asked. */
function shims() {
  return {
    name: 'simulated-modules',
    enforce: 'pre',
    async transform(code, id) {
      if (id.startsWith(SHIM_DIRECTORY)) return passOn(code);
      if (!id.startsWith(join(ROOT, 'src/'))) return undefined;
      return code.replaceAll(/(from |import\()'([^']+)'/g, (whole, before, module) =>
        SHIMS[module] === undefined ? whole : `${before}'${join(SHIM_DIRECTORY, SHIMS[module])}'`,
      );
    },
  };
}

/** What a shim declares wins over what it passes on, as in the language; Vite has it the other way round. */
async function passOn(code) {
  const [line, module] = /^export \* from '(node:.+)';$/m.exec(code) ?? [];
  if (module === undefined) return undefined;
  const own = [...code.matchAll(/^export (?:async )?function (\w+)/gm)].map(([, name]) => name);
  const rest = Object.keys(await import(module)).filter((name) => name !== 'default' && !own.includes(name));
  return code.replace(line, `export { ${rest.join(', ')} } from '${module}';`);
}

/** What is loaded on demand is loaded before: reading a file takes real time, which stands still in a schedule. */
function eager() {
  return {
    name: 'eager-imports',
    enforce: 'pre',
    transform(code, id) {
      if (!id.startsWith(join(ROOT, 'src/'))) return undefined;
      const imports = [];
      const text = code.replaceAll(/\bimport\(('[^']+')\)/g, (_, file) => {
        imports.push(`import * as eager${imports.length} from ${file};\n`);
        return `eager${imports.length - 1}`;
      });
      return imports.length === 0 ? undefined : imports.join('') + text;
    },
  };
}

/** A mutant that does not fit its source any more is an error, not a survivor. */
function mutation({ file, from, to }) {
  return {
    name: 'mutant',
    enforce: 'pre',
    transform(code, id) {
      if (id !== join(ROOT, file)) return undefined;
      if (code.split(from).length !== 2) throw new Error(`The mutant does not fit ${file}: ${from}`);
      return code.replace(from, () => to);
    },
  };
}
