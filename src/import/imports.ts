import { Injectable } from '@nestjs/common';
import type { Caller } from '../auth/caller.js';
import type { CheckedBody } from '../contract/validation/checked-body.js';
import type { HTTPConnectorFromURLCreate } from '../contract/dto/import.dto.js';
import { Problem } from '../http/problem.js';
import type { ProgressReporter } from '../idempotency/idempotency.lease.js';
import { type IdempotentOperation, PreparedCall } from '../idempotency/idempotent.operation.js';
import type { PlatformPath } from '../platform/path.js';
import type { PlatformCall } from '../platform/platform.call.js';
import { PlatformClient } from '../platform/platform.client.js';
import { DocumentCheck } from './check/document.check.js';
import { IncomingDocument, type UploadedDocument } from './intake/uploaded-document.js';

/** A document to import: uploaded with the request, or the location from which the platform fetches it. */
export type DocumentSource = IncomingDocument | CheckedBody<HTTPConnectorFromURLCreate>;

/** A key identifies one import of an organisation, so caller, organisation and key suffice to follow it. */
export const importScope = ({ organisation_id = '' }: { readonly organisation_id?: string | undefined }): string[] => [
  'import',
  organisation_id,
];

/** An import whose document is in the request. */
class UploadImport extends PreparedCall {
  constructor(
    readonly to: PlatformPath,
    readonly prepare: (report: ProgressReporter) => Promise<IdempotentOperation>,
  ) {
    super();
  }
}

/** Sends documents to the platform, after checking those that are uploaded here. */
@Injectable()
export class Imports {
  constructor(
    private readonly platform: PlatformClient,
    private readonly check: DocumentCheck,
  ) {}

  /** Imports a document into an organisation. A document given by URL is fetched and checked by the platform only. */
  send(caller: Caller, to: PlatformPath, source: DocumentSource): PlatformCall | PreparedCall {
    if (!(source instanceof IncomingDocument)) return this.platform.post(caller, to, source);
    return new UploadImport(to, (report) => this.receive(caller, to, source, report));
  }

  private async receive(
    caller: Caller,
    to: PlatformPath,
    incoming: IncomingDocument,
    report: ProgressReporter,
  ): Promise<IdempotentOperation> {
    const document = await incoming.receive((bytes, of) => report('received', bytes, of));
    return {
      to,
      fingerprint: () => document.fingerprint(),
      call: async (tell) => {
        await this.accept(caller, document, tell);
        return this.platform.postForm(caller, to, await document.toForm());
      },
      close: () => document.discard(),
    };
  }

  /** @throws Problem 400 `invalid_document` that names every error | 503 `import_busy` */
  private async accept({ subject }: Caller, { file }: UploadedDocument, report: ProgressReporter): Promise<void> {
    const { messages } = await this.check.check(subject, file, report);
    const errors = messages.filter(({ severity }) => severity === 'error').length;
    if (errors === 0) return;
    const sentence = `The document has ${errors === 1 ? 'an error' : 'errors'} that would keep it from being imported.`;
    throw new Problem('invalid_document', { message: sentence, messages });
  }
}
