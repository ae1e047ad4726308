import { decode, encode } from '@jridgewell/sourcemap-codec';
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

// Joins the 2,400 modules of the gateway and its libraries into a few files: `node scripts/bundle.mjs`, after `nest build`.
// Why, and what it must not change: docs/decisions/0013-one-bundle.md.

const DIST = fileURLToPath(new URL('../dist/', import.meta.url));
const MODULES = join(DIST, 'src');
const BUNDLE = join(DIST, 'bundle');

/** What `main.js` starts: as CommonJS, since importing `node:http` into a module makes Node load its own undici. */
const PROGRAMS = { bootstrap: join(MODULES, 'bootstrap.js'), check: join(MODULES, 'check.js') };
/** What threads are started with. */
const THREAD = { 'document.worker': join(MODULES, 'import', 'check', 'document.worker.js') };

/** Parts of Nest that are loaded only where they are installed; the gateway has none of them. */
const NOT_INSTALLED = [/^@nestjs\/(microservices|websockets)(\/|$)/, /^class-transformer(\/|$)/, /^@fastify\/static$/];
/** Piscina starts threads with files of its own; iconv-lite has tables of characters that nothing here needs in memory. */
const LEFT_ALONE = ['piscina', 'iconv-lite'];
/** For `@IsPhoneNumber` alone, which no class uses: 1 MB of memory. */
const PHONE_NUMBERS = 'libphonenumber-js/max';

/** Hands the source maps of our own modules on, so that stack traces name the lines of `src`. */
const ourSourceMaps = {
  name: 'our-source-maps',
  load(id) {
    if (!id.startsWith(MODULES) || !existsSync(`${id}.map`)) return null;
    return { code: readFileSync(id, 'utf8'), map: readFileSync(`${id}.map`, 'utf8') };
  },
  generateBundle(_options, files) {
    for (const file of Object.values(files)) {
      if (file.type === 'chunk') file.code = inAscii(file.code);
      else file.source = withoutLibraries(file.source);
    }
  },
};

/** Tables of media types as strings to parse, which V8 does faster, and with less memory, than it evaluates them as code. */
const parsedTables = {
  name: 'parsed-tables',
  load: {
    filter: { id: /\.json$/ },
    handler: (id) => ({
      code: `module.exports = JSON.parse(${JSON.stringify(JSON.stringify(JSON.parse(readFileSync(id, 'utf8'))))});`,
      moduleType: 'js',
    }),
  },
};

/** Replaces the numbering plans of all countries, which class-validator loads whether or not they are used. */
const noPhoneNumbers = {
  name: 'no-phone-numbers',
  resolveId: (id) => (id === PHONE_NUMBERS ? { id, moduleSideEffects: false } : null),
  transform(code, id) {
    if (id.startsWith(MODULES) && code.includes('IsPhoneNumber'))
      throw new Error(`${id} uses @IsPhoneNumber, whose numbering plans scripts/bundle.mjs leaves out.`);
  },
  load: (id) =>
    id === PHONE_NUMBERS ? `exports.parsePhoneNumber = () => { throw new Error('${id} is not bundled.'); };` : null,
};

/** Leaves the lines of libraries, and names, out of a source map: in memory they take more than the lines of our own. */
function withoutLibraries(text) {
  const { sources, mappings, ...map } = JSON.parse(text);
  const ours = sources.map((source) => (source.includes('node_modules') ? null : source));
  const lines = decode(mappings).map((line) =>
    line.filter(([, source]) => typeof ours[source] === 'string').map((segment) => segment.slice(0, 4)),
  );
  return JSON.stringify({ ...map, sources: ours, sourcesContent: undefined, names: [], mappings: encode(lines) });
}

/** V8 keeps a text with a single character above Latin-1 in two bytes per character. */
function inAscii(code) {
  if (/\\[^\0-\x7f]/.test(code)) throw new Error('A backslash precedes a character that has to be escaped.');
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function refuseWarning(_level, { code, message }) {
  // Modules that import each other are the libraries' own affair: the order of execution is kept.
  if (code !== 'CIRCULAR_DEPENDENCY') throw new Error(message);
}

rmSync(BUNDLE, { recursive: true, force: true });
await write(PROGRAMS, 'cjs');
await write(THREAD, 'esm');
cpSync(join(MODULES, 'docs', 'page'), join(BUNDLE, 'page'), { recursive: true });

async function write(input, format) {
  const extension = format === 'cjs' ? 'cjs' : 'js';
  const bundle = await rolldown({
    input,
    platform: 'node',
    external: [...NOT_INSTALLED, ...LEFT_ALONE],
    // For optional parts of terminus that the gateway does not use.
    transform: { define: { 'import.meta.resolve': 'undefined' } },
    plugins: [ourSourceMaps, parsedTables, noPhoneNumbers],
    onLog: refuseWarning,
  });
  await bundle.write({
    dir: BUNDLE,
    format,
    entryFileNames: `[name].${extension}`,
    chunkFileNames: `[name]-[hash].${extension}`,
    // Nest and class-validator register by side effects, and classes are known by their names.
    strictExecutionOrder: true,
    keepNames: true,
    // V8 keeps the text of every module in memory: comments, indentation and long names of variables take 10 MB.
    minify: { compress: false, mangle: { toplevel: false, keepNames: true }, codegen: { removeWhitespace: true } },
    sourcemap: true,
  });
  await bundle.close();
}
