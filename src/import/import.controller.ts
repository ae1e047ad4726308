import { Body, Controller, Get, Post, Req } from '@nestjs/common';
import { Answers, NeverAnswers, NoPlatformCall, Problems } from '../contract/validation/answers.js';
import {
  HTTPConnectorFromURLCreate,
  HTTPConnectorVersionFromURLCreate,
  ImportHTTPConnectorMetadata,
  ImportHTTPConnectorResult,
  ImportHTTPConnectorVersionMetadata,
  SignedURL,
  UploadQuery,
} from '../contract/dto/import.dto.js';
import { ImportPreview, ImportVersionPreview } from '../contract/dto/import-preview.dto.js';
import { PathParams, QueryParams } from '../contract/validation/parameters.js';
import { ConnectorPath, OrganisationPath, ProtocolPath } from '../contract/dto/paths.dto.js';
import { TakesDocument } from '../contract/validation/upload.js';
import { Idempotent } from '../idempotency/idempotent.decorator.js';
import { path } from '../platform/path.js';
import { PlatformClient } from '../platform/platform.client.js';
import { type AuthenticatedRequest, Caller } from '../auth/caller.js';
import { ConnectorIntake, VersionIntake } from './intake/document.intake.js';
import { type DocumentSource, Imports, importScope } from './imports.js';
import { Previews } from './previews.js';

/** Creating connectors from OpenAPI documents. */
@Controller('o/:organisation_id')
export class ImportController {
  constructor(
    private readonly imports: Imports,
    private readonly previews: Previews,
    private readonly platform: PlatformClient,
  ) {}

  /** Create a connector from an OpenAPI document, as a draft. */
  @Post('protocols/http/import')
  @Answers(201, ImportHTTPConnectorResult)
  @Idempotent({ scope: importScope })
  @TakesDocument(HTTPConnectorFromURLCreate, ImportHTTPConnectorMetadata)
  @Problems('invalid_document', 'unreadable_document')
  importHTTPConnector(
    @Caller() caller: Caller,
    @PathParams() at: OrganisationPath,
    @Body(ConnectorIntake) document: DocumentSource,
  ) {
    const to = path`/o/${at.organisation_id}/protocols/http/import`;
    return this.imports.send(caller, to, document);
  }

  /** Create a version of a connector from an OpenAPI document, as a draft. */
  @Post('connector/:connector_id/http/import')
  @Answers(201, ImportHTTPConnectorResult)
  @Idempotent({ scope: importScope })
  @TakesDocument(HTTPConnectorVersionFromURLCreate, ImportHTTPConnectorVersionMetadata)
  @Problems('invalid_document', 'unreadable_document', 'version_exists')
  importHTTPConnectorVersion(
    @Caller() caller: Caller,
    @PathParams() at: ConnectorPath,
    @Body(VersionIntake) document: DocumentSource,
  ) {
    const to = path`/o/${at.organisation_id}/connector/${at.connector_id}/http/import`;
    return this.imports.send(caller, to, document);
  }

  /** Preview the import of an OpenAPI document as a connector. Nothing is created. */
  @Post('protocols/http/import/preview')
  @Answers(200, ImportPreview)
  @TakesDocument(HTTPConnectorFromURLCreate, ImportHTTPConnectorMetadata)
  @Problems('document_unreachable')
  @NoPlatformCall()
  previewHTTPConnector(
    @Caller() caller: Caller,
    @PathParams() _at: OrganisationPath,
    @Body(ConnectorIntake) document: DocumentSource,
  ) {
    return this.previews.ofConnector(caller, document);
  }

  /** Preview the import of an OpenAPI document as a version of a connector. Nothing is created. */
  @Post('connector/:connector_id/http/import/preview')
  @Answers(200, ImportVersionPreview)
  @TakesDocument(HTTPConnectorVersionFromURLCreate, ImportHTTPConnectorVersionMetadata)
  @Problems('document_unreachable')
  @NeverAnswers('not_found', 'platform_404')
  previewHTTPConnectorVersion(
    @Req() req: AuthenticatedRequest,
    @Caller() caller: Caller,
    @PathParams() at: ConnectorPath,
    @Body(VersionIntake) document: DocumentSource,
  ) {
    return this.previews.ofVersion(req, caller, at, document);
  }

  /** Get a URL to upload a file to, for an import by URL. */
  @Get('protocols/:protocol_slug/upload-url')
  @Answers(200, SignedURL)
  getProtocolUploadURL(@Caller() caller: Caller, @PathParams() at: ProtocolPath, @QueryParams() file: UploadQuery) {
    return this.platform.get(caller, path`/o/${at.organisation_id}/protocols/${at.protocol_slug}/upload-url`, file);
  }
}
