import { Message } from './message.dto.js';
import { PageInfo } from './page.dto.js';
import { Flag, NestedList, Nullable, Optional, Text, VersionName } from '../validation/validators.js';

/** A version of a connector: a draft until it is published, unchangeable afterwards. */
export class ConnectorVersion {
  /** ULID of the version; the name is what paths use. */
  @Text('ulid')
  id: string;

  /** The version's name, such as `1.2.0`. */
  @Text()
  name: string;

  /** What is new in this version. */
  @Optional()
  @Text()
  description?: string;

  /** Whether it is the most recently published one. */
  @Flag()
  isLatest: boolean;

  /** Whether it is the one that `default` stands for. */
  @Flag()
  isDefault: boolean;

  /** When it was created. */
  @Text('date-time')
  createdAt: string;

  /** When it, or anything in it, was last changed. */
  @Text('date-time')
  updatedAt: string;

  /** When it was published; null for a draft. */
  @Nullable()
  @Text('date-time')
  publishedAt: string | null;

  /** What the platform has to say about it. */
  @Optional()
  @NestedList(() => Message)
  messages?: Message[];
}

/** A version to create. */
export class ConnectorVersionCreate {
  /** Its name; `latest` and `default` are reserved. */
  @VersionName()
  name: string;

  /** The name of a version whose actions, triggers and definitions it starts with. */
  @Optional()
  @Text()
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
