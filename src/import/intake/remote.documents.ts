import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { type Duplex, PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { type Dispatcher, request } from 'undici';
import { Config } from '../../config/config.js';
import type { HTTPConnectorFromURLCreate } from '../../contract/dto/import.dto.js';
import { createEgress } from '../../http/egress.js';
import { Problem } from '../../http/problem.js';
import { UploadDirectory } from './upload.directory.js';
import { formFault, uploadTooLarge } from './uploads.js';
import { deleteFile, type StoredFile } from './uploaded-document.js';

/** URLs that `upload-url` may return, which the platform reads with its own credentials. */
const STORAGE = new Set(['gs:', 's3:']);
const SCHEMES = new Set(['http:', 'https:']);
/** Documents that are read from a URL share one disk quota. */
const REMOTE = 'remote documents';
const CONNECTIONS = 4;
/** The time limit for a whole document, as a multiple of the idle timeout of the platform. */
const TOTAL_FACTOR = 4;

/**
 * Downloads documents from where they were uploaded to. Only from origins that the operator names, without following
 * redirects and without any token: a URL in a request must not give access to the internal network (SSRF).
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
   * Downloads a document to the disk; the caller deletes it.
   * @throws Problem 400 `invalid_request` | 413 `content_too_large` | 502 `document_unreachable`
   */
  async fetch({ schemaURL }: HTTPConnectorFromURLCreate): Promise<StoredFile> {
    const url = URL.parse(schemaURL);
    if (url !== null && STORAGE.has(url.protocol))
      throw formFault(
        'schemaURL',
        `is in object storage (${url.protocol}//) that only the platform can read: import it, or upload the document to preview it`,
      );
    // A blob: URL has the origin of the page that created it, and cannot be fetched by a server.
    if (url === null || !SCHEMES.has(url.protocol) || !this.origins.has(url.origin))
      throw formFault('schemaURL', 'is not where this gateway reads documents from; upload the document itself');
    const file = { path: this.directory.newFile(), account: this.directory.budget.open(REMOTE) };
    try {
      return await this.download(url, file);
    } catch (cause) {
      await deleteFile(file);
      if (cause instanceof Problem) throw cause;
      throw new Problem('document_unreachable', { cause });
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent.close();
  }

  private async download(url: URL, { path, account }: Pick<StoredFile, 'path' | 'account'>): Promise<StoredFile> {
    const { statusCode, headers, body } = await request(url, {
      dispatcher: this.agent,
      signal: AbortSignal.timeout(this.totalMs),
    });
    if (statusCode !== 200) {
      await body.dump();
      throw formFault('schemaURL', `cannot be read: its server answers with status ${statusCode}`);
    }
    const decode = decoderOf(String(headers['content-encoding'] ?? ''));
    if (decode === undefined) {
      await body.dump();
      throw formFault('schemaURL', `cannot be read: it is sent encoded as ${String(headers['content-encoding'])}`);
    }
    const hash = createHash('sha256');
    let size = 0;
    const { maxBytes } = this;
    const counted = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const chunk of chunks) {
        size += chunk.length;
        if (size > maxBytes) throw uploadTooLarge(maxBytes);
        account.take(chunk.length);
        hash.update(chunk);
        yield chunk;
      }
    };
    await pipeline(body, decode(), counted, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
    return { path, account, size, digest: hash.digest('hex'), originalname: '', mimetype: '' };
  }
}

/**
 * The decoder of a stored document (RFC 9110, section 8.4.1): storages return compressed uploads as they are, whatever
 * Accept-Encoding says. The size limit applies to the decoded document. Undefined for unknown encodings.
 */
function decoderOf(encoding: string): (() => Duplex) | undefined {
  switch (encoding.trim().toLowerCase()) {
    case '':
    case 'identity':
      return () => new PassThrough();
    case 'gzip':
    case 'x-gzip':
      return createGunzip;
    case 'deflate':
      return createInflate;
    case 'br':
      return createBrotliDecompress;
    default:
      return undefined;
  }
}
