import { InitializeOnPreviewAllowlist, NestFactory, RouterModule } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AppModule } from '../app.module.js';
import type { Config } from '../config/config.js';
import type { AuditLog } from '../observability/audit.log.js';
import { Metrics } from '../observability/metrics.js';
import { createDocument } from './document.js';
import { toMarkdown } from './errors.markdown.js';
import { errorReference } from './errors.reference.js';

// Writes the API document and beside it errors.md: `node dist/src/docs/write-document.js [file]`. Only of what `nest build` made: the sentences
// of the document are the comments of the code, which the build's plugin reads.

/** In a preview nothing is created but modules: no store is opened, nobody is called, no setting is read. */
const settings = {} as Config;
InitializeOnPreviewAllowlist.add(RouterModule);
const app = await NestFactory.create(
  AppModule.of(settings, { metrics: new Metrics(), audit: {} as AuditLog, telemetry: {} }),
  new ExpressAdapter(),
  {
    preview: true,
    logger: false,
  },
);

const [file = 'docs/openapi.json'] = process.argv.slice(2);
const document = createDocument(app);
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify(document, undefined, 2)}\n`);
writeFileSync(join(dirname(file), 'errors.md'), toMarkdown(errorReference(document)));
