import { Injectable } from '@nestjs/common';
import type { AuthenticatedRequest, Caller } from '../auth/caller.js';
import type { ImportPreview, ImportVersionPreview } from '../contract/dto/import-preview.dto.js';
import type { ConnectorPath } from '../contract/dto/paths.dto.js';
import type { MissingPart } from '../versions/missing.part.js';
import { DocumentCheck } from './check/document.check.js';
import type { PlannedDocument } from './check/check.js';
import type { DocumentSource } from './imports.js';
import { RemoteDocuments } from './intake/remote.documents.js';
import { IncomingDocument, UploadedDocument } from './intake/uploaded-document.js';
import { FormerVersionReader } from './former.version.js';

const NOTHING = {
  counts: { authSchemeConfigs: 0, actions: 0, triggers: 0, definitions: 0 },
  authSchemeConfigs: [],
  actions: [],
  triggers: [],
  definitions: [],
};

/** Previews an import without creating anything. */
@Injectable()
export class Previews {
  constructor(
    private readonly check: DocumentCheck,
    private readonly remote: RemoteDocuments,
    private readonly former: FormerVersionReader,
  ) {}

  /** Previews a document as a connector. */
  async ofConnector(caller: Caller, source: DocumentSource): Promise<ImportPreview> {
    return this.preview(caller, await this.bring(source));
  }

  /**
   * Previews a document as a version of a connector, compared with the version before it. A document with errors is not
   * compared; one without is parsed again, in the thread that compares.
   */
  async ofVersion(
    req: AuthenticatedRequest,
    caller: Caller,
    at: ConnectorPath,
    source: DocumentSource,
  ): Promise<ImportVersionPreview> {
    const document = await this.bring(source);
    try {
      const planned = await this.check.preview(caller.subject, document.file);
      const preview = previewOf(planned);
      const latest = await this.former.read(req, caller, at, preview.ok);
      if (latest === undefined) return preview;
      const follows = latest.name;
      if (latest.read === undefined) return Object.assign(preview, { follows });
      const { missing, ...former } = latest.read;
      const { difference } = await this.check.preview(caller.subject, document.file, former);
      if (difference === undefined) return Object.assign(preview, { follows });
      return Object.assign(preview, { follows, difference: { ...difference, ...completenessOf(missing) } });
    } finally {
      await document.discard();
    }
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

const MAX_MISSING = 100;

/** Whether all of the former version was read, and what was not. */
function completenessOf(missing: readonly MissingPart[]) {
  if (missing.length === 0) return { complete: true };
  return { complete: false, missing: missing.slice(0, MAX_MISSING), missingCount: missing.length };
}
