import { Injectable } from '@nestjs/common';
import type { AuthenticatedRequest, Caller } from '../auth/caller.js';
import type { ConnectorPath } from '../contract/dto/paths.dto.js';
import { Problem } from '../http/problem.js';
import { UnexpectedAnswer } from '../platform/answer.reader.js';
import { problemOfFailure } from '../platform/platform.problems.js';
import { JsonError } from '../versions/json.list.js';
import type { MissingPart } from '../versions/missing.part.js';
import { Readings } from '../versions/readings.js';
import { VersionContents } from '../versions/version.contents.js';
import { VersionReader } from '../versions/version.reader.js';
import type { FormerConnector, FormerVersion } from './check/preview.difference.js';

/** The latest version of a connector. */
export interface LatestVersion {
  readonly name: string;
  /** Undefined if it was not requested. */
  readonly read: (FormerVersion & { readonly missing: readonly MissingPart[] }) | undefined;
}

/** Reads the version before a new one. Changes nothing. */
@Injectable()
export class FormerVersionReader {
  constructor(
    private readonly readings: Readings,
    private readonly versions: VersionReader,
    private readonly contents: VersionContents,
  ) {}

  /**
   * Undefined if no version has been published yet.
   * @param wantsContent whether to read its contents in addition to its name
   * @throws Problem from the platform if the version itself cannot be read
   */
  read(
    req: AuthenticatedRequest,
    caller: Caller,
    { organisation_id, connector_id }: ConnectorPath,
    wantsContent: boolean,
  ): Promise<LatestVersion | undefined> {
    return this.readings.run(req, caller, async (reading) => {
      const latest = { organisation_id, connector_id, version: 'latest' };
      const open = await this.versions.open(reading, latest).catch(undefinedIfMissing);
      if (open === undefined) return undefined;
      const { failure } = await open.version;
      if (failure instanceof JsonError) throw problemOfFailure(new UnexpectedAnswer(failure.message));
      if (failure !== undefined) throw failure;
      if (open.at.version === latest.version) throw problemOfFailure(new UnexpectedAnswer('a version without a name'));
      if (!wantsContent) return { name: open.at.version, read: undefined };
      const [content, connector] = await Promise.all([
        this.contents.read(reading, open.at),
        this.versions.connector(reading, open.at),
      ]);
      const missing = connector.missing
        ? [{ version: open.at.version, part: 'connector' as const, ...connector.missing }]
        : [];
      return {
        name: open.at.version,
        read: {
          content: content.content,
          connector: connectorOf(connector.value),
          missing: [...content.missing, ...missing],
        },
      };
    });
  }
}

/** The compared members of a connector; those that violate the contract are omitted. */
function connectorOf(value: Readonly<Record<string, unknown>> | undefined): FormerConnector | undefined {
  if (value === undefined || typeof value['baseUrl'] !== 'string') return undefined;
  const configs = Array.isArray(value['authSchemeConfigs']) ? (value['authSchemeConfigs'] as unknown[]) : [];
  return {
    baseUrl: value['baseUrl'],
    authSchemeConfigs: configs.flatMap((config) => {
      const { schemeType, description } = (config ?? {}) as { schemeType?: unknown; description?: unknown };
      return typeof schemeType === 'string'
        ? [{ schemeType, description: typeof description === 'string' ? description : '' }]
        : [];
    }),
  };
}

function undefinedIfMissing(error: unknown): undefined {
  if (!(error instanceof Problem && error.status === 404)) throw error;
}
