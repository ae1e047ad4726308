import type { Conversion } from './conversion.js';
import type { Diagnostics } from './diagnostics.js';
import { MAX_PLAN_BYTES } from './limits.js';
import { type Outline, outlineOf } from './outline.js';

/** What an import of a document would create. */
export interface Plan {
  readonly connector: PlannedConnector;
  readonly counts: PlannedCounts;
  readonly authSchemeConfigs: { readonly schemeType: string; readonly description: string }[];
  readonly actions: PlannedAction[];
  readonly triggers: Outline[];
  readonly definitions: { readonly name: string; readonly accept: string[] }[];
}

/** How many of each would be created. */
export interface PlannedCounts {
  readonly authSchemeConfigs: number;
  readonly actions: number;
  readonly triggers: number;
  readonly definitions: number;
}

/** An action that would be created. */
export type PlannedAction = Outline & { readonly path: string };

/** What a document says about the connector itself. */
export interface PlannedConnector {
  readonly name?: string;
  readonly version?: string;
  readonly baseUrl: string;
  readonly documentationURL?: string;
}

/**
 * Outlines what an import would create. The lists are bounded by the preview's size, the counts are not; the number of
 * omitted entries is reported.
 */
export function planOf(conversion: Conversion, log: Diagnostics): Plan {
  const { title: name, version, documentationURL, baseUrl, ...made } = conversion;
  const room = new Room();
  const plan = {
    connector: {
      ...(name !== undefined && { name: room.cut(name) }),
      ...(version !== undefined && { version: room.cut(version) }),
      baseUrl,
      ...(documentationURL !== undefined && { documentationURL: room.cut(documentationURL) }),
    },
    counts: {
      authSchemeConfigs: made.authSchemeConfigs.length,
      actions: made.actions.length,
      triggers: made.triggers.length,
      definitions: made.definitions.length,
    },
    authSchemeConfigs: room.list(made.authSchemeConfigs, ({ schemeType, description }) => ({
      schemeType,
      description,
    })),
    actions: room.list(made.actions, (action) => ({ ...outlineOf(action), path: action.path })),
    triggers: room.list(made.triggers, outlineOf),
    definitions: room.list(made.definitions, ({ name: definition, accept }) => ({ name: definition, accept })),
  };
  if (room.left > 0)
    log.add(
      'info',
      `The preview lists no more than ${MAX_PLAN_BYTES} bytes; ${room.left} entries of its lists are left out. The counts are complete.`,
    );
  return plan;
}

/** Limits the bytes of a preview in the thread that creates it, so that nothing larger leaves the thread. */
class Room {
  /** The number of omitted entries. */
  left = 0;
  private bytes = MAX_PLAN_BYTES;

  list<T, O>(entries: readonly T[], outline: (entry: T) => O): O[] {
    const listed: O[] = [];
    for (const entry of entries) {
      const outlined = this.bytes > 0 ? outline(entry) : undefined;
      if (outlined !== undefined) this.bytes -= sizeOf(outlined);
      if (outlined === undefined || this.bytes < 0) this.left += 1;
      else listed.push(outlined);
    }
    return listed;
  }

  cut(text: string): string {
    const short = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
    this.bytes -= short.length;
    return short;
  }
}

const MAX_TEXT = 2_000;
/** The bytes of an entry in addition to its strings. */
const ENTRY_BYTES = 100;

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value) + 3;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, member) => sum + sizeOf(member), ENTRY_BYTES);
}
