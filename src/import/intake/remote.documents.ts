import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Dispatcher, request } from 'undici';
import { Config } from '../../config/config.js';
import type { HTTPConnectorFromURLCreate } from '../../contract/dto/import.dto.js';
import { createEgress } from '../../http/egress.js';
import { Problem } from '../../http/problem.js';
import { UploadDirectory } from './upload.directory.js';
import { formFault, uploadTooLarge } from './uploads.js';
import type { StoredFile } from './uploaded-document.js';

const CONNECTIONS = 4;
/** How much longer than the platform's silence may last the whole of a document may take. */
const TOTAL_FACTOR = 4;

/**
 * Reads documents from where they were uploaded to. Only from origins that the operator names, without following
 * redirects and without anybody's token: a URL in a request must not lead the gateway around its own network.
 */
@Injectable()
export class RemoteDocuments implements OnApplicationShutdown {
  private readonly origins: ReadonlySet<string>;
  private readonly maxBytes: number;
  private readonly agent: Dispatcher;
  private readonly totalMs: number;

  constructor(
    config: Config,
    private readonly directory: UploadDirectory,
  ) {
    const { platformUrl, importOrigins, importMaxBytes, platformTimeoutMs } = config;
    this.origins = new Set([platformUrl.origin, ...importOrigins]);
    this.maxBytes = importMaxBytes;
    this.totalMs = platformTimeoutMs * TOTAL_FACTOR;
    const timeouts = { headersTimeout: platformTimeoutMs, bodyTimeout: platformTimeoutMs };
    this.agent = createEgress(config, { connections: CONNECTIONS, ...timeouts });
  }

  /**
   * Brings a document to the disk; whoever asks for it throws it away.
   * @throws Problem 400 `invalid_request` | 413 `content_too_large` | 502 `document_unreachable`
   */
  async fetch({ schemaURL }: HTTPConnectorFromURLCreate): Promise<StoredFile> {
    const url = URL.parse(schemaURL);
    if (url === null || !this.origins.has(url.origin))
      throw formFault('schemaURL', 'is not where this gateway reads documents from; upload the document itself');
    const path = join(this.directory.path, randomUUID());
    try {
      return await this.download(url, path);
    } catch (cause) {
      await rm(path, { force: true });
      if (cause instanceof Problem) throw cause;
      throw new Problem('document_unreachable', { cause });
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent.close();
  }

  private async download(url: URL, path: string): Promise<StoredFile> {
    const { statusCode, body } = await request(url, {
      dispatcher: this.agent,
      signal: AbortSignal.timeout(this.totalMs),
    });
    if (statusCode !== 200) {
      await body.dump();
      throw formFault('schemaURL', `cannot be read: its server answers with status ${statusCode}`);
    }
    const hash = createHash('sha256');
    let size = 0;
    body.on('data', (chunk: Buffer) => {
      size += chunk.length;
      hash.update(chunk);
      if (size > this.maxBytes) body.destroy(uploadTooLarge(this.maxBytes));
    });
    await pipeline(body, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
    return { path, size, digest: hash.digest('hex'), originalname: '', mimetype: '' };
  }
}
