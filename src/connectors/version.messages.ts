import { Injectable } from '@nestjs/common';
import type { AuthenticatedRequest, Caller } from '../auth/caller.js';
import { Action } from '../contract/dto/action.dto.js';
import { Definition } from '../contract/dto/definition.dto.js';
import type { VersionPath } from '../contract/dto/paths.dto.js';
import { Trigger } from '../contract/dto/trigger.dto.js';
import type { VersionMessage, VersionMessages, VersionMessagesQuery } from '../contract/dto/version-messages.dto.js';
import { type List, ListReader, type ReadList } from '../versions/list.reader.js';
import type { MissingPart } from '../versions/missing.part.js';
import type { Reading } from '../versions/reading.js';
import { Readings } from '../versions/readings.js';
import { versionPaths } from '../versions/version.paths.js';
import { type ReadObject, VersionReader } from '../versions/version.reader.js';
import { WorkSlices } from '../versions/work.slices.js';
import { completenessOf } from './answer.bounds.js';
import { MessageLog } from './message.log.js';
import {
  type DefinitionUse,
  type EndpointMessages,
  messagesOfConnector,
  messagesOfEndpoint,
  messagesOfReferences,
  messagesOfVersion,
  useOfDefinition,
} from './message.sources.js';
import { type PublishingVerdict, verdictOn } from './publishing.verdict.js';

interface Parts {
  readonly version: ReadObject;
  readonly connector: ReadObject;
  readonly actions: ReadList<EndpointMessages>;
  readonly triggers: ReadList<EndpointMessages>;
  readonly definitions: ReadList<DefinitionUse>;
}

/** Gathers all that the platform has to say about a version, without changing anything. */
@Injectable()
export class VersionMessagesService {
  constructor(
    private readonly readings: Readings,
    private readonly versions: VersionReader,
    private readonly lists: ListReader,
    private readonly slices: WorkSlices,
  ) {}

  /**
   * Reads a version and everything in it, as the caller.
   * @throws Problem as the platform does, where it refuses the version itself or nothing at all can be read
   */
  get(
    req: AuthenticatedRequest,
    caller: Caller,
    path: VersionPath,
    query: VersionMessagesQuery,
  ): Promise<VersionMessages> {
    return this.readings.run(req, caller, async (reading) => {
      const { version, at } = await this.versions.open(reading, path);
      const parts = await this.readParts(reading, version, at);
      const missing = missingOf(parts, at.version);
      const log = new MessageLog(query);
      await this.slices.run(gather(parts, log));
      return { version: at.version, ...answerOf(parts, log), ...completenessOf(missing) };
    });
  }

  private async readParts(reading: Reading, version: Promise<ReadObject>, at: VersionPath): Promise<Parts> {
    const [read, connector, actions, triggers, definitions] = await Promise.all([
      version,
      this.versions.connector(reading, at),
      this.lists.read(reading, actionsOf(at)),
      this.lists.read(reading, triggersOf(at)),
      this.lists.read(reading, definitionsOf(at)),
    ]);
    const isNothing = [actions, triggers, definitions].every(({ entries, missing }) => missing && entries.length === 0);
    if (isNothing && connector.missing && read.failure !== undefined) throw read.failure;
    return { version: read, connector, actions, triggers, definitions };
  }
}

function* gather(
  { version, connector, actions, triggers, definitions }: Parts,
  log: MessageLog,
): Generator<void, void> {
  const add = (messages: readonly VersionMessage[]): void => messages.forEach((message) => log.add(message));
  if (version.value) add(messagesOfVersion(version.value));
  if (connector.value) add(messagesOfConnector(connector.value));
  const endpoints = [...actions.entries, ...triggers.entries];
  for (const { messages } of endpoints) {
    add(messages);
    yield;
  }
  add(messagesOfReferences(endpoints, definitions.entries, definitions.missing === undefined));
}

function answerOf(parts: Parts, log: MessageLog): Omit<VersionMessages, 'version' | 'complete' | 'missing'> {
  const endpoints = [...parts.actions.entries, ...parts.triggers.entries];
  const unvalidated = endpoints.filter(({ isValidated }) => !isValidated).length;
  const verdict: PublishingVerdict = verdictOn({
    publishedAt: parts.version.value?.['publishedAt'],
    errors: log.counts.error - log.errorsOfConnections,
    isComplete: Object.values(parts).every(({ missing }) => missing === undefined),
    unvalidated,
    endpoints: endpoints.length,
  });
  return { ...log.list(), counts: log.counts, countsByKind: log.countsByKind, ...verdict, unvalidated };
}

function missingOf(parts: Parts, version: string): MissingPart[] {
  return (['version', 'connector', 'actions', 'triggers', 'definitions'] as const).flatMap((part) => {
    const { missing } = parts[part];
    return missing ? [{ version, part, ...missing }] : [];
  });
}

function actionsOf(at: VersionPath): List<EndpointMessages> {
  const keep = messagesOfEndpoint.bind(undefined, 'action');
  return { part: 'actions', operation: 'GetActions', path: versionPaths.actions(at), entry: Action, keep };
}

function triggersOf(at: VersionPath): List<EndpointMessages> {
  const keep = messagesOfEndpoint.bind(undefined, 'trigger');
  return { part: 'triggers', operation: 'GetTriggers', path: versionPaths.triggers(at), entry: Trigger, keep };
}

function definitionsOf(at: VersionPath): List<DefinitionUse> {
  const path = versionPaths.definitions(at);
  return { part: 'definitions', operation: 'GetDefinitions', path, entry: Definition, keep: useOfDefinition };
}
