import { ApiProperty } from '@nestjs/swagger';
import { Action } from './action.dto.js';
import { HTTPConnector } from './connector.dto.js';
import { Definition } from './definition.dto.js';
import { Message } from './message.dto.js';
import { Trigger } from './trigger.dto.js';
import { IsOptional, IsString, IsVersionName, IsEnum } from '../validation/validators.js';

const FORMATS = ['openapi'] as const;

/** What is said about a file to import as a connector. */
export class ImportHTTPConnectorMetadata {
  /** Format of the file; `openapi` is OpenAPI 3. */
  @IsEnum(FORMATS)
  format: (typeof FORMATS)[number];
}

/** What is said about a file to import as a version of a connector. */
export class ImportHTTPConnectorVersionMetadata extends ImportHTTPConnectorMetadata {
  /** Name of the version to create; `latest` and `default` are reserved. */
  @IsVersionName()
  version: string;
}

/** A document to import as a connector, by its address. */
export class HTTPConnectorFromURLCreate extends ImportHTTPConnectorMetadata {
  /** Where the platform finds the document: the `url` of an `upload-url`, which may be `gs://` or `s3://`, or any it can read. */
  @IsString()
  schemaURL: string;

  /** Format of the document: `json` or `yaml`. */
  @IsOptional()
  @IsString()
  filetype?: string;
}

/** A document to import as a version of a connector, by its address. */
export class HTTPConnectorVersionFromURLCreate extends HTTPConnectorFromURLCreate {
  /** Name of the version to create; `latest` and `default` are reserved. */
  @IsVersionName()
  version: string;
}

/** What an import made. */
export class ImportHTTPConnectorResult {
  /** The connector. */
  connector: HTTPConnector;

  /** Its definitions. */
  definitions: Definition[];

  /** Its actions. */
  actions: Action[];

  /** Its triggers. */
  triggers: Trigger[];

  /** What the import left out or changed. */
  messages: Message[];
}

/** Which file is to be uploaded. */
export class UploadQuery {
  /** Media type of the file; must match the upload. */
  @IsOptional()
  @IsString()
  content_type?: string;

  /** Size of the file in bytes; must match the upload. */
  @IsOptional()
  @IsString()
  content_length?: string;
}

/** Where to upload a file, and where it is then. */
export class SignedURL {
  /** Where to send the file with PUT: once, within five minutes, with the `Content-Type` that was announced. */
  @ApiProperty({ format: 'uri' })
  uploadUrl: string;

  /** Where the platform finds the file; what `schemaURL` takes. */
  @ApiProperty({ format: 'uri' })
  url: string;
}
