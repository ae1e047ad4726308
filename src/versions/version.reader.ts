import { Injectable } from '@nestjs/common';
import { Connector } from '../contract/dto/connector.dto.js';
import { ConnectorVersion } from '../contract/dto/connector-version.dto.js';
import type { VersionPath } from '../contract/dto/paths.dto.js';
import type { Dto } from '../contract/validation/metadata.js';
import { Problem } from '../http/problem.js';
import { isPathSegment, type PlatformPath } from '../platform/path.js';
import { ContractDepartures } from './contract.departures.js';
import { JsonError, parseJson } from './json.list.js';
import type { Entry } from './members.js';
import { type Reason, reasonOf } from './missing.part.js';
import type { Reading } from './reading.js';
import { versionPaths } from './version.paths.js';
import { WorkSlices } from './work.slices.js';

/** Aliases of versions, whose target depends on what was last published or chosen. */
const ALIASES = new Set(['latest', 'default']);

/** One object of the platform, or why it could not be read. */
export type ReadObject =
  | { readonly value: Entry; readonly missing?: undefined; readonly failure?: undefined }
  | { readonly value?: undefined; readonly missing: Reason; readonly failure: unknown };

/** A version that is being read. */
export interface OpenVersion {
  /** Rejects if the platform rejects the version itself. */
  readonly version: Promise<ReadObject>;
  /** The path of the version by its own name: the target of an alias may change between two calls. */
  readonly at: VersionPath;
}

/** Reads single objects of the platform: a version, its connector, the schema of a definition. */
@Injectable()
export class VersionReader {
  constructor(
    private readonly slices: WorkSlices,
    private readonly departures: ContractDepartures,
  ) {}

  /**
   * Starts reading a version, and resolves its name.
   * @throws Problem from the platform if it rejects the alias
   */
  async open(reading: Reading, at: VersionPath): Promise<OpenVersion> {
    const version = this.version(reading, at);
    // It may reject before the caller awaits it; awaiting it later still throws.
    version.catch(() => undefined);
    if (!ALIASES.has(at.version)) return { version, at };
    const name = (await version).value?.['name'];
    const isName = typeof name === 'string' && isPathSegment(name) && !ALIASES.has(name);
    if (!isName) return { version, at };
    const { organisation_id, connector_id } = at;
    return { version, at: { organisation_id, connector_id, version: name } };
  }

  /** The connector of a version. */
  connector(reading: Reading, at: VersionPath): Promise<ReadObject> {
    return this.object(reading, versionPaths.connector(at), 'GetConnector', Connector);
  }

  /**
   * The schema in a file of a version.
   * @throws like `Reading.get`, and JsonError
   */
  async schema(reading: Reading, at: VersionPath, file: string): Promise<unknown> {
    const body = await reading.get(versionPaths.schema(at, file));
    return this.parse(reading, body);
  }

  private async version(reading: Reading, at: VersionPath): Promise<ReadObject> {
    const read = await this.object(reading, versionPaths.version(at), 'GetConnectorVersion', ConnectorVersion);
    const { failure } = read;
    if (failure instanceof Problem && failure.status < 500 && failure.status !== 429) throw failure;
    return read;
  }

  private async object(reading: Reading, path: PlatformPath, operation: string, dto: Dto): Promise<ReadObject> {
    try {
      const value = await this.parse(reading, await reading.get(path));
      this.departures.check(operation, dto, value);
      if (value === null || typeof value !== 'object' || Array.isArray(value))
        throw new JsonError('a body that is not an object');
      return { value: value as Entry };
    } catch (failure) {
      return { missing: reasonOf(failure), failure };
    }
  }

  private parse(reading: Reading, body: Buffer): Promise<unknown> {
    return this.slices.run(parsing(body), reading.signal);
  }
}

function* parsing(body: Buffer): Generator<void, unknown> {
  yield;
  return parseJson(body);
}
