import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import multer, { MulterError } from 'multer';
import { readFile } from 'node:fs/promises';
import { Config } from '../../config/config.js';
import { check } from '../../contract/validation/faults.js';
import type { Dto } from '../../contract/validation/metadata.js';
import type { ByteAccount } from '../../http/byte.budget.js';
import type { GatewayRequest } from '../../http/exchange.js';
import { parseJson } from '../../http/json.js';
import { Problem } from '../../http/problem.js';
import { PartMediaType } from './part.media-type.js';
import { UploadDirectory } from './upload.directory.js';
import { UploadStorage } from './upload.storage.js';
import { deleteFile, type OnReceived, type Metadata, type StoredFile, UploadedDocument } from './uploaded-document.js';

/** Maximum size of a form's other parts. */
const METADATA_BYTES = 65_536;
/** An upload without progress for this long is aborted. A slow one that continues is not. */
const STALLED_MS = 30_000;

/** Browsers send JSON in a form as a string or, if it is a Blob, as a file. */
const PARTS = [
  { name: 'file', maxCount: 1 },
  { name: 'metadata', maxCount: 1 },
];
/** A form as multer returns it. */
interface Form {
  readonly files: Partial<Record<'file' | 'metadata', StoredFile[]>>;
  readonly body: { readonly metadata?: unknown };
}
type Middleware = (req: Request, res: Response, done: (error?: unknown) => void) => void;

/** Receives forms with a document: the file is streamed to the disk, never held whole in memory. */
@Injectable()
export class Uploads {
  private readonly maxBytes: number;
  private readonly readForm: Middleware;

  constructor(
    { importMaxBytes }: Config,
    private readonly directory: UploadDirectory,
  ) {
    this.maxBytes = importMaxBytes;
    this.readForm = multer({
      storage: new UploadStorage(directory),
      defParamCharset: 'utf8',
      limits: {
        fileSize: importMaxBytes,
        files: 2,
        fields: 2,
        parts: 2,
        fieldSize: METADATA_BYTES,
        fieldNameSize: 100,
        fieldNestingDepth: 0,
      },
    }).fields(PARTS) as Middleware;
  }

  /**
   * Reads a form with the members `file` and `metadata`; the caller deletes the document.
   * @throws Problem 413 `content_too_large` | 408 `upload_stalled` | 400 `invalid_request`, `incomplete_body`
   */
  async receive(req: GatewayRequest, dto: Dto, onReceived?: OnReceived): Promise<UploadedDocument> {
    if (Number(req.headers['content-length']) > this.maxBytes + METADATA_BYTES) throw uploadTooLarge(this.maxBytes);
    req.sendContinue();
    if (onReceived !== undefined) countBytes(req, onReceived);
    const account = this.directory.budget.open(req.person);
    const mediaType = new PartMediaType(req);
    await this.read(req, account);
    const { files, body } = req as unknown as Form;
    const file = files.file?.[0];
    try {
      const metadata = await metadataOf(files.metadata?.[0], body.metadata);
      if (file === undefined) throw formFault('file', 'is missing; send the document as a part with a file name');
      check(dto, parseJson(await bytesOf(metadata)), 'closed', 'metadata');
      const mimetype = mediaType.of('file') ?? file.mimetype;
      return new UploadedDocument({ ...file, mimetype, account }, metadata);
    } catch (error) {
      if (file !== undefined) await deleteFile(file);
      account.close();
      throw error;
    }
  }

  private read(req: GatewayRequest, account: ByteAccount): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const giveUp = (problem: Problem): void => {
        // After the response, so that it is sent; multer deletes its files when the request ends like this.
        req.res?.once('close', () => req.destroy(problem));
        account.close();
        reject(problem);
      };
      req.setTimeout(STALLED_MS, () => giveUp(STALLED));
      countTowards(account, req, giveUp);
      this.readForm(req as unknown as Request, req.res as unknown as Response, (error) => {
        if (error === undefined) return resolve();
        account.close();
        reject(problemOfUpload(error, this.maxBytes));
      });
    }).finally(() => req.setTimeout(0));
  }
}

/** Counts the received bytes, including the form around the document; an upload beyond the limits is aborted at once. */
function countTowards(account: ByteAccount, req: GatewayRequest, giveUp: (problem: Problem) => void): void {
  const onData = ({ length }: Buffer): void => {
    try {
      account.take(length);
    } catch (problem) {
      req.off('data', onData);
      giveUp(problem as Problem);
    }
  };
  req.on('data', onData);
}

function countBytes(req: GatewayRequest, onReceived: OnReceived): void {
  const length = Number(req.headers['content-length']);
  let bytes = 0;
  req.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    onReceived(bytes, Number.isNaN(length) ? undefined : length);
  });
}

async function metadataOf(file: StoredFile | undefined, text: unknown): Promise<Metadata> {
  if (file === undefined && typeof text === 'string') return text;
  if (file === undefined) throw formFault('metadata', 'is missing, or came twice; send it once, as JSON');
  try {
    if (file.size > METADATA_BYTES) throw formFault('metadata', `is longer than ${METADATA_BYTES} bytes`);
    return new File([await readFile(file.path)], file.originalname, { type: file.mimetype });
  } finally {
    await deleteFile(file);
  }
}

async function bytesOf(metadata: Metadata): Promise<Buffer> {
  return typeof metadata === 'string' ? Buffer.from(metadata) : Buffer.from(await metadata.arrayBuffer());
}

/** The error of a form, by multer's code: the affected member, and the fix. */
const FORM_FAULTS: Record<string, string> = {
  LIMIT_UNEXPECTED_FILE: 'is not known here; send the document once, as "file"',
  LIMIT_PART_COUNT: 'has too many parts; send "file" and "metadata" only',
  LIMIT_FIELD_VALUE: 'is too long; send the document itself as a part with a file name',
  LIMIT_FIELD_NESTING: 'is not known here; send "metadata" as one JSON object',
  LIMIT_FIELD_KEY: 'has a part whose name is too long',
  MISSING_FIELD_NAME: 'has a part without a name',
  INVALID_FIELD_NAME: 'has a part whose name cannot be read',
};

/** No bytes of an upload have arrived for a while. */
export const STALLED = new Problem('upload_stalled', { headers: { Connection: 'close' } });

/** The document is larger than `IMPORT_MAX_BYTES`. */
export function uploadTooLarge(maxBytes: number): Problem {
  return new Problem('content_too_large', { message: `The document is larger than ${maxBytes} bytes.` });
}

/** A member of the form is missing or wrong. */
export function formFault(field: string, message: string): Problem {
  return new Problem('invalid_request', { message: `${field} ${message}.`, fields: [{ field, message }] });
}

/** The problem for an error that prevented reading a form. */
export function problemOfUpload(cause: unknown, maxBytes: number): Problem {
  const { code, field, message } = cause as MulterError & NodeJS.ErrnoException;
  if (code === 'LIMIT_FILE_SIZE') return uploadTooLarge(maxBytes);
  if (cause instanceof MulterError && FORM_FAULTS[code]) return formFault(field ?? 'The form', FORM_FAULTS[code]);
  // The disk is full or not writable.
  if (typeof code === 'string') return new Problem('upload_not_stored', { message: NOT_STORED, cause });
  if (/^Request |^Unexpected end of form/.test(message)) return new Problem('incomplete_body', { cause });
  return new Problem('malformed_form', { cause });
}

const NOT_STORED = 'The document could not be stored; try again later.';
