import { Injectable } from '@nestjs/common';
import type { SubjectKind } from '../comparison/change.js';
import type { Definition, VersionContent } from '../comparison/version.content.js';
import { Action } from '../contract/dto/action.dto.js';
import { Definition as DefinitionDto } from '../contract/dto/definition.dto.js';
import type { VersionPath } from '../contract/dto/paths.dto.js';
import { Trigger } from '../contract/dto/trigger.dto.js';
import { isPathSegment } from '../platform/path.js';
import { definitionOf, endpointOf } from './comparable.js';
import { ListReader, type ReadList } from './list.reader.js';
import { type MissingPart, reasonOf } from './missing.part.js';
import type { Reading } from './reading.js';
import { DefinitionUrls, nameReferences } from './schema.references.js';
import { versionPaths } from './version.paths.js';
import { VersionReader } from './version.reader.js';

/** Schemas of one version that are read concurrently. */
const SCHEMAS_AT_ONCE = 6;

/** All parts of a version that were read, and those that were not. */
export interface ReadVersion {
  /** Its own name. */
  readonly name: string;
  readonly content: VersionContent;
  readonly missing: readonly MissingPart[];
}

type ListedDefinition = ReturnType<typeof definitionOf>;

/** Reads the contents of a version for comparison, including the schemas of its definitions. */
@Injectable()
export class VersionContents {
  constructor(
    private readonly lists: ListReader,
    private readonly versions: VersionReader,
  ) {}

  /**
   * Reads a version. A part that cannot be read is named in `missing`.
   * @throws Problem from the platform if it rejects the version itself or no part can be read
   */
  async read(reading: Reading, path: VersionPath): Promise<ReadVersion> {
    const { version, at } = await this.versions.open(reading, path);
    const [read, actions, triggers, definitions] = await Promise.all([
      version,
      this.lists.read(reading, {
        part: 'actions',
        operation: 'GetActions',
        path: versionPaths.actions(at),
        entry: Action,
        keep: endpointOf,
      }),
      this.lists.read(reading, {
        part: 'triggers',
        operation: 'GetTriggers',
        path: versionPaths.triggers(at),
        entry: Trigger,
        keep: endpointOf,
      }),
      this.definitions(reading, at),
    ]);
    const lists = { actions, triggers, definitions };
    const isNothing = Object.values(lists).every(({ entries, missing }) => missing && entries.length === 0);
    if (isNothing && read.failure !== undefined) throw read.failure;
    return {
      name: at.version,
      content: {
        actions: actions.entries,
        triggers: triggers.entries,
        definitions: definitions.entries,
        incomplete: incompleteKinds(lists),
      },
      missing: [
        ...(read.missing ? [{ version: at.version, part: 'version' as const, ...read.missing }] : []),
        ...(['actions', 'triggers', 'definitions'] as const).flatMap((part) => {
          const { missing } = lists[part];
          return missing ? [{ version: at.version, part, ...missing }] : [];
        }),
        ...definitions.schemas,
      ],
    };
  }

  private async definitions(
    reading: Reading,
    at: VersionPath,
  ): Promise<ReadList<Definition> & { schemas: readonly MissingPart[] }> {
    const list = await this.lists.read(reading, {
      part: 'definitions',
      operation: 'GetDefinitions',
      path: versionPaths.definitions(at),
      entry: DefinitionDto,
      keep: definitionOf,
    });
    const urls = new DefinitionUrls(list.entries);
    const entries: Definition[] = [];
    const missing: MissingPart[] = [];
    const waiting = list.entries.entries();
    const readSome = async (): Promise<void> => {
      // One shared iterator: each reader takes the next definition that no other one has taken.
      for (const [i, definition] of waiting) {
        const { name, accept, description } = definition;
        const kept = { name, accept, ...(description !== undefined && { description }) };
        try {
          const schema = await this.versions.schema(reading, at, schemaFileOf(definition));
          nameReferences(schema, urls);
          entries[i] = { ...kept, schema };
        } catch (error) {
          entries[i] = kept;
          missing.push({ version: at.version, part: 'schema', name, ...reasonOf(error) });
        }
      }
    };
    await Promise.all(Array.from({ length: SCHEMAS_AT_ONCE }, readSome));
    return { ...list, entries, schemas: missing };
  }
}

/** The last segment of its URL. The URL itself is never followed: it could send the caller's token anywhere. */
function schemaFileOf({ id, url }: ListedDefinition): string {
  const [, segment = ''] = /\/([^/?#]+)(?:[?#].*)?$/.exec(url) ?? [];
  const file = URL.canParse(url) ? decodeSegment(segment) : '';
  return isPathSegment(file) ? file : `${id || 'unknown'}.json`;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function incompleteKinds(lists: Readonly<Record<`${SubjectKind}s`, { readonly missing?: unknown }>>): SubjectKind[] {
  return (['action', 'trigger', 'definition'] as const).filter((kind) => lists[`${kind}s`].missing !== undefined);
}
