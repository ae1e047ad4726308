import type { UploadedDocument } from './uploaded-document.js';

/** Says how much of a request's body has come, and how much it is in all, where that is known. */
export type OnReceived = (bytes: number, of: number | undefined) => void;

/** A document that comes with the request. Nothing is read of it before it is wanted; who receives it throws it away. */
export class IncomingDocument {
  constructor(readonly receive: (onReceived?: OnReceived) => Promise<UploadedDocument>) {}
}
