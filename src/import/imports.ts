import { Injectable } from '@nestjs/common';
import type { HTTPConnectorFromURLCreate } from '../contract/import.dto.js';
import type { PlatformPath } from '../platform/path.js';
import { PlatformClient } from '../platform/platform.client.js';
import type { Answer } from '../server/exchange.js';
import type { Caller } from '../session/caller.js';
import { ImportAnswer } from './import.answer.js';
import { UploadedDocument } from './uploaded-document.js';

/** A document to import: uploaded with the request, or where the platform finds it. */
export type DocumentSource = UploadedDocument | HTTPConnectorFromURLCreate;

/** Sends documents to the platform, after a check of those that come through here. */
@Injectable()
export class Imports {
  constructor(private readonly platform: PlatformClient) {}

  /** Imports a document. What only the platform can fetch, only the platform checks. */
  send(caller: Caller, to: PlatformPath, source: DocumentSource): Answer {
    if (!(source instanceof UploadedDocument)) return this.platform.post(caller, to, source);
    return new ImportAnswer(source, async () => this.platform.postForm(caller, to, await source.toForm()));
  }
}
