import { Injectable } from '@nestjs/common';
import type { HTTPConnectorFromURLCreate } from '../contract/import.dto.js';
import type { PlatformPath } from '../platform/path.js';
import { PlatformClient } from '../platform/platform.client.js';
import { Problem } from '../problems/problem.js';
import type { Answer } from '../server/exchange.js';
import type { Caller } from '../session/caller.js';
import { DocumentCheck } from './check/document.check.js';
import { ImportAnswer } from './import.answer.js';
import { UploadedDocument } from './uploaded-document.js';

/** A document to import: uploaded with the request, or where the platform finds it. */
export type DocumentSource = UploadedDocument | HTTPConnectorFromURLCreate;

/** Sends documents to the platform, after a check of those that come through here. */
@Injectable()
export class Imports {
  constructor(
    private readonly platform: PlatformClient,
    private readonly check: DocumentCheck,
  ) {}

  /** Imports a document. What only the platform can fetch, only the platform checks. */
  send(caller: Caller, to: PlatformPath, source: DocumentSource): Answer {
    if (!(source instanceof UploadedDocument)) return this.platform.post(caller, to, source);
    return new ImportAnswer(source, async () => {
      await this.accept(source);
      return this.platform.postForm(caller, to, await source.toForm());
    });
  }

  /** @throws Problem 400 `invalid_document` that names every fault | 503 `import_busy` */
  private async accept({ file }: UploadedDocument): Promise<void> {
    const { messages } = await this.check.check(file);
    const errors = messages.filter(({ severity }) => severity === 'error').length;
    if (errors === 0) return;
    const sentence = `The document has ${errors === 1 ? 'a fault' : 'faults'} that would keep it from being imported.`;
    throw new Problem(400, 'invalid_document', sentence, { messages });
  }
}
