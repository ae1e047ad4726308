import { Injectable } from '@nestjs/common';
import type { AuthenticatedRequest, Caller } from '../auth/caller.js';
import type { Action, ActionHTTP } from '../contract/dto/action.dto.js';
import type { ImportPreview, ImportVersionPreview } from '../contract/dto/import-preview.dto.js';
import type { ConnectorPath } from '../contract/dto/paths.dto.js';
import { DocumentCheck } from './check/document.check.js';
import type { PlannedDocument } from './check/check.js';
import type { DocumentSource } from './imports.js';
import { RemoteDocuments } from './intake/remote.documents.js';
import { IncomingDocument, UploadedDocument } from './intake/uploaded-document.js';
import { LatestActionsReader } from './latest.actions.js';
import { differenceOf } from './openapi/difference.js';
import { outlineOf } from './openapi/outline.js';

const NOTHING = {
  counts: { authSchemeConfigs: 0, actions: 0, triggers: 0, definitions: 0 },
  authSchemeConfigs: [],
  actions: [],
  triggers: [],
  definitions: [],
};

/** Says what an import would make, and makes nothing. */
@Injectable()
export class Previews {
  constructor(
    private readonly check: DocumentCheck,
    private readonly remote: RemoteDocuments,
    private readonly latest: LatestActionsReader,
  ) {}

  /** A document as a connector. */
  async ofConnector(caller: Caller, source: DocumentSource): Promise<ImportPreview> {
    return this.preview(caller, await this.bring(source));
  }

  /** A document as a version of a connector, compared with the version that it would follow. */
  async ofVersion(
    req: AuthenticatedRequest,
    caller: Caller,
    at: ConnectorPath,
    source: DocumentSource,
  ): Promise<ImportVersionPreview> {
    const document = await this.bring(source);
    const [preview, latest] = await Promise.all([this.preview(caller, document), this.latest.read(req, caller, at)]);
    if (latest === undefined) return preview;
    if (!preview.ok) return Object.assign(preview, { follows: latest.version });
    const before = latest.actions.filter(isOverHttp).map(outlineOf);
    return Object.assign(preview, { follows: latest.version, difference: differenceOf(before, preview.actions) });
  }

  private async bring(source: DocumentSource): Promise<UploadedDocument> {
    if (source instanceof IncomingDocument) return source.receive();
    return new UploadedDocument(await this.remote.fetch(source.value), '');
  }

  private async preview({ subject }: Caller, document: UploadedDocument): Promise<ImportPreview> {
    try {
      return previewOf(await this.check.preview(subject, document.file));
    } finally {
      await document.discard();
    }
  }
}

function previewOf({ document, plan }: PlannedDocument): ImportPreview {
  const { written, openapi, messages } = document;
  return {
    ok: plan !== undefined,
    ...(written !== undefined && { written }),
    ...(openapi !== undefined && { openapi }),
    messages: [...messages],
    ...(plan ?? NOTHING),
  };
}

function isOverHttp(action: Action): action is ActionHTTP {
  return action.type === 'http';
}
