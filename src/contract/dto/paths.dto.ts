import { IsPathSegment } from '../validation/validators.js';

/** Path parameters of everything that belongs to an organisation. */
export class OrganisationPath {
  /**
   * ULID of the organisation.
   * @example '01JA000000000000000000DEM0'
   */
  @IsPathSegment()
  organisation_id: string;
}

/** Path parameters of a connector. */
export class ConnectorPath extends OrganisationPath {
  /**
   * ULID of the connector.
   * @example '01JA00000000000000000SH0P0'
   */
  @IsPathSegment()
  connector_id: string;
}

/** Path parameters of a version of a connector. */
export class VersionPath extends ConnectorPath {
  /**
   * Name of the version; `latest` and `default` name the latest and the default version.
   * @example '1.1.0'
   */
  @IsPathSegment()
  version: string;
}

/** Path parameters of a way to authenticate with a connector's system. */
export class AuthSchemeConfigPath extends ConnectorPath {
  /**
   * ULID of the configuration, chosen by its creator.
   * @example '01JA0000000000000000APKEY0'
   */
  @IsPathSegment()
  auth_scheme_config_id: string;
}

/** Path parameters of a connection of a connector. */
export class ConnectorConnectionPath extends ConnectorPath {
  /**
   * ULID of the connection.
   * @example '01JA0000000000000000PR0D00'
   */
  @IsPathSegment()
  connection_id: string;
}

/** Path parameters of a connection. */
export class ConnectionPath extends OrganisationPath {
  /**
   * ULID of the connection.
   * @example '01JA0000000000000000PR0D00'
   */
  @IsPathSegment()
  connection_id: string;
}

/** Path parameters of an action. */
export class ActionPath extends VersionPath {
  /**
   * Name of the action.
   * @example 'ListProducts'
   */
  @IsPathSegment()
  action_name: string;
}

/** Path parameters of a trigger. */
export class TriggerPath extends VersionPath {
  /**
   * Name of the trigger.
   * @example 'OrderPlaced'
   */
  @IsPathSegment()
  trigger_name: string;
}

/** Path parameters of a definition. */
export class DefinitionPath extends VersionPath {
  /**
   * Name of the definition.
   * @example 'Product'
   */
  @IsPathSegment()
  definition_name: string;
}

/** Path parameters of a definition's schema as a file. */
export class RawSchemaPath extends VersionPath {
  /** Id of the definition with the extension of its media type, such as `01J….json`. */
  @IsPathSegment()
  schema_filename: string;
}

/** Path parameters of a protocol. */
export class ProtocolPath extends OrganisationPath {
  /**
   * Short name of the protocol, such as `http`.
   * @example 'http'
   */
  @IsPathSegment()
  protocol_slug: string;
}

/** Path parameters of an import under way. */
export class ImportProgressPath extends OrganisationPath {
  /** The `Idempotency-Key` that the import was sent with. */
  @IsPathSegment()
  idempotency_key: string;
}
