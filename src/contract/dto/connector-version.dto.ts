import { Message } from './message.dto.js';
import { PageInfo } from './page.dto.js';
import { IsBoolean, IsNestedArray, IsNullable, IsOptional, IsString, IsVersionName } from '../validation/validators.js';

/** A version of a connector: a draft until it is published, unchangeable afterwards. */
export class ConnectorVersion {
  /** ULID of the version; the name is what paths use. */
  @IsString('ulid')
  id: string;

  /** The version's name, such as `1.2.0`. */
  @IsString()
  name: string;

  /** Release notes. */
  @IsOptional()
  @IsString()
  description?: string;

  /** Whether it is the most recently published one. */
  @IsBoolean()
  isLatest: boolean;

  /** Whether `default` refers to it. */
  @IsBoolean()
  isDefault: boolean;

  /** When it was created. */
  @IsString('date-time')
  createdAt: string;

  /** When it, or anything in it, was last changed. */
  @IsString('date-time')
  updatedAt: string;

  /** When it was published; null for a draft. */
  @IsNullable()
  @IsString('date-time')
  publishedAt: string | null;

  /** What the platform has to say about it. */
  @IsOptional()
  @IsNestedArray(() => Message)
  messages?: Message[];
}

/** A version to create. */
export class ConnectorVersionCreate {
  /** Its name; `latest` and `default` are reserved. */
  @IsVersionName()
  name: string;

  /** The name of a version whose actions, triggers and definitions it starts with. */
  @IsOptional()
  @IsString()
  fromVersion?: string;
}

/** A page of versions. */
export class ConnectorVersionsPage extends PageInfo {
  /** The versions, the most recently changed first. */
  items: ConnectorVersion[];
}

/** What publishing led to. */
export class PublishConnectorResponse {
  /** The version, published. */
  version: ConnectorVersion;
}

/** What taking back a publication led to. */
export class UnpublishConnectorResponse {
  /** The version, a draft again. */
  version: ConnectorVersion;
}
