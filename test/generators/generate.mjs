import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

// Generates a client with each generator into `generated/`, all at once: `node generate.mjs`. What is set here is what a
// frontend has to set; docs/clients.md has it in words.

const run = promisify(execFile);
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const DOCUMENT = here('../../docs/openapi.json');
const bin = (name) => here(`node_modules/.bin/${name}`);

rmSync(here('generated'), { recursive: true, force: true });
mkdirSync(here('generated/orval'), { recursive: true });

await Promise.all([
  run(bin('openapi-typescript'), [DOCUMENT, '-o', here('generated/openapi-typescript.ts')]),
  run(bin('oazapfts'), [DOCUMENT, here('generated/oazapfts.ts')]),
  orval(),
  kubb(),
  swaggerTypescriptApi(),
]);

/** One function per media type: with the default, a body of two types is always sent as JSON. */
async function orval() {
  const config = here('generated/orval/orval.config.mjs');
  const output = { target: here('generated/orval/api.ts'), client: 'fetch', override: { splitByContentType: true } };
  writeFileSync(config, `export default ${JSON.stringify({ api: { input: DOCUMENT, output } })};\n`);
  await run(bin('orval'), ['--config', config]);
}

/** Takes JSON wherever it has the choice, so the document is given to it without the JSON beside forms. */
async function kubb() {
  const [{ build }, { pluginOas }, { pluginTs }, { pluginClient }] = await Promise.all(
    ['@kubb/core', '@kubb/plugin-oas', '@kubb/plugin-ts', '@kubb/plugin-client'].map((plugin) => import(plugin)),
  );
  const document = JSON.parse(readFileSync(DOCUMENT, 'utf8'));
  for (const { post } of Object.values(document.paths))
    if (post?.requestBody?.content['multipart/form-data']) delete post.requestBody.content['application/json'];
  const { error, failedPlugins } = await build({
    config: {
      root: here('.'),
      input: { data: document },
      output: {
        path: here('generated/kubb'),
        extension: { '.ts': '.js' },
        format: false,
        lint: false,
        barrelType: false,
      },
      plugins: [
        pluginOas({ validate: false, generators: [] }),
        pluginTs({ output: { path: 'types.ts', barrelType: false } }),
        pluginClient({ output: { path: 'client.ts', barrelType: false }, client: 'fetch', dataReturnType: 'full' }),
      ],
    },
  });
  if (error !== undefined || failedPlugins.size > 0) throw error ?? new Error('a plugin of kubb failed');
}

async function swaggerTypescriptApi() {
  const { generateApi } = await import('swagger-typescript-api');
  const output = here('generated');
  await generateApi({
    input: DOCUMENT,
    output,
    fileName: 'swagger-typescript-api.ts',
    httpClientType: 'fetch',
    silent: true,
  });
}
