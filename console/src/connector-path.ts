/** Names a connector in a request. */
export interface ConnectorPath {
  readonly organisation_id: string;
  readonly connector_id: string;
}

/** Names a version of a connector in a request. */
export interface VersionPath extends ConnectorPath {
  readonly version: string;
}
