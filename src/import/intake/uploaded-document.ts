import { openAsBlob } from 'node:fs';
import { rm } from 'node:fs/promises';
import { FormData } from 'undici';
import type { ByteAccount } from '../../http/byte.budget.js';

/** A part of a form that came as a file, on the disk. Name and media type are as the caller gave them. */
export interface StoredFile {
  readonly path: string;
  readonly size: number;
  /** SHA-256 of the content, hexadecimal. */
  readonly digest: string;
  readonly originalname: string;
  readonly mimetype: string;
  /** The bytes on the disk that it counts for. */
  readonly account: ByteAccount;
}

/** Deletes a file, and gives back what it counted for. */
export async function deleteFile({ path, account }: Pick<StoredFile, 'path'> & Partial<StoredFile>): Promise<void> {
  await rm(path, { force: true });
  account?.close();
}

/** The member `metadata` of a form: checked JSON, a text or a file of its own, as the caller sent it. */
export type Metadata = string | File;

/** An uploaded document and its metadata. It is on the disk until it is deleted. */
export class UploadedDocument {
  constructor(
    readonly file: StoredFile,
    private readonly metadata: Metadata,
  ) {}

  /** Says what was uploaded: the same for the same document and metadata. */
  async fingerprint(): Promise<string> {
    const metadata = typeof this.metadata === 'string' ? this.metadata : await this.metadata.text();
    return `${this.file.digest} ${metadata}`;
  }

  /** The form to send on, with the file's own bytes. */
  async toForm(): Promise<FormData> {
    const { path, mimetype: type, originalname } = this.file;
    const form = new FormData();
    form.set('metadata', this.metadata);
    form.set('file', await openAsBlob(path, { type }), originalname);
    return form;
  }

  /** Deletes it; the one who received it must call this. */
  async discard(): Promise<void> {
    await deleteFile(this.file);
  }
}

/** Says how much of a request's body has come, and how much it is in all, where that is known. */
export type OnReceived = (bytes: number, of: number | undefined) => void;

/** A document that comes with the request. Nothing is read before `receive`; its caller deletes the document. */
export class IncomingDocument {
  constructor(readonly receive: (onReceived?: OnReceived) => Promise<UploadedDocument>) {}
}
