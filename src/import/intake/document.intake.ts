import { Injectable, mixin, type PipeTransform, type Type } from '@nestjs/common';
import { checkedBody } from '../../contract/validation/checked-body.js';
import {
  HTTPConnectorFromURLCreate,
  HTTPConnectorVersionFromURLCreate,
  ImportHTTPConnectorMetadata,
  ImportHTTPConnectorVersionMetadata,
} from '../../contract/dto/import.dto.js';
import type { Dto } from '../../contract/validation/metadata.js';
import type { GatewayRequest } from '../../http/exchange.js';
import { IncomingDocument } from './uploaded-document.js';
import { Uploads } from './uploads.js';

/** Reads the body of an import: a form with the document, read later, or JSON with its location. */
function intakeOf(byUrl: Dto, metadata: Dto): Type<PipeTransform> {
  @Injectable()
  class DocumentIntake implements PipeTransform {
    constructor(private readonly uploads: Uploads) {}

    transform(req: GatewayRequest): unknown {
      if (/^multipart\/form-data\b/i.test(req.headers['content-type'] ?? ''))
        return new IncomingDocument((onReceived) => this.uploads.receive(req, metadata, onReceived));
      return checkedBody(req, byUrl);
    }
  }
  return mixin(DocumentIntake);
}

/** The document of a new connector. */
export const ConnectorIntake = intakeOf(HTTPConnectorFromURLCreate, ImportHTTPConnectorMetadata);
/** The document of a new version. */
export const VersionIntake = intakeOf(HTTPConnectorVersionFromURLCreate, ImportHTTPConnectorVersionMetadata);
