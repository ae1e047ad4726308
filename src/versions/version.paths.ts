import type { VersionPath } from '../contract/dto/paths.dto.js';
import { path, type PlatformPath } from '../platform/path.js';

/** The platform's paths of a version and its parts. */
export const versionPaths = {
  version: (at: VersionPath): PlatformPath =>
    path`/o/${at.organisation_id}/connectors/${at.connector_id}/versions/${at.version}`,
  connector: (at: VersionPath): PlatformPath => path`/o/${at.organisation_id}/connectors/${at.connector_id}`,
  actions: (at: VersionPath): PlatformPath =>
    path`/o/${at.organisation_id}/connectors/${at.connector_id}/versions/${at.version}/actions`,
  triggers: (at: VersionPath): PlatformPath =>
    path`/o/${at.organisation_id}/connectors/${at.connector_id}/versions/${at.version}/triggers`,
  definitions: (at: VersionPath): PlatformPath =>
    path`/o/${at.organisation_id}/connectors/${at.connector_id}/versions/${at.version}/definitions`,
  schema: (at: VersionPath, file: string): PlatformPath =>
    path`/o/${at.organisation_id}/schemas/${at.connector_id}/${at.version}/${file}`,
};
