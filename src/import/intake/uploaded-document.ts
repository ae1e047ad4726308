import { openAsBlob } from 'node:fs';
import { rm } from 'node:fs/promises';
import { FormData } from 'undici';
import type { ByteAccount } from '../../http/byte.budget.js';

/** A file part of a form, on the disk. Name and media type are the caller's. */
export interface StoredFile {
  readonly path: string;
  readonly size: number;
  /** SHA-256 of the content, hexadecimal. */
  readonly digest: string;
  readonly originalname: string;
  readonly mimetype: string;
  /** The bytes on the disk that are reserved for it. */
  readonly account: ByteAccount;
}

/** Deletes a file, and releases its reserved bytes. */
export async function deleteFile({ path, account }: Pick<StoredFile, 'path'> & Partial<StoredFile>): Promise<void> {
  await rm(path, { force: true });
  account?.close();
}

/** The form member `metadata`: checked JSON, as a string or a file, as the caller sent it. */
export type Metadata = string | File;

/** An uploaded document and its metadata. It stays on the disk until it is deleted. */
export class UploadedDocument {
  constructor(
    readonly file: StoredFile,
    private readonly metadata: Metadata,
  ) {}

  /** A fingerprint of the upload: equal for equal documents and metadata. */
  async fingerprint(): Promise<string> {
    const metadata = typeof this.metadata === 'string' ? this.metadata : await this.metadata.text();
    return `${this.file.digest} ${metadata}`;
  }

  /** The form to forward, with the file's original bytes. */
  async toForm(): Promise<FormData> {
    const { path, mimetype: type, originalname } = this.file;
    const form = new FormData();
    form.set('metadata', this.metadata);
    form.set('file', await openAsBlob(path, { type }), originalname);
    return form;
  }

  /** Deletes it; the receiver must call this. */
  async discard(): Promise<void> {
    await deleteFile(this.file);
  }
}

/** Reports how much of a request's body has arrived, and its total size, if known. */
export type OnReceived = (bytes: number, of: number | undefined) => void;

/** A document in the request. Nothing is read before `receive`; its caller deletes the document. */
export class IncomingDocument {
  constructor(readonly receive: (onReceived?: OnReceived) => Promise<UploadedDocument>) {}
}
