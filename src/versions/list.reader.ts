import { Injectable } from '@nestjs/common';
import type { Dto } from '../contract/validation/metadata.js';
import { PageInfo } from '../contract/dto/page.dto.js';
import type { PlatformPath } from '../platform/path.js';
import { ContractDepartures } from './contract.departures.js';
import { JsonError, type JsonPage, parseList } from './json.list.js';
import { type MissingPart, type Reason, reasonOf } from './missing.part.js';
import type { Reading } from './reading.js';
import { WorkSlices } from './work.slices.js';

/** The largest page that the platform gives. */
const PAGE_SIZE = '100';
/** Entries that are read of one list. */
const MAX_ENTRIES = 10_000;

/** Something in a list, as the platform sends it. */
export type Entry = Readonly<Record<string, unknown>>;

/** A list of the platform, and what to keep of its entries. */
export interface List<T> {
  readonly part: 'actions' | 'triggers' | 'definitions';
  readonly operation: string;
  readonly path: PlatformPath;
  /** The class that describes an entry. */
  readonly entry: Dto;
  keep(entry: Entry): T;
}

/** What was read of a list, and why the rest was not. */
export interface ReadList<T> {
  readonly entries: readonly T[];
  readonly missing?: Reason & Pick<MissingPart, 'read' | 'total'>;
}

interface Page {
  readonly total: number | undefined;
  readonly next: string | undefined;
}

const CHANGED: Reason = { code: 'list_changed', reason: 'The list was changed while it was read; try again.' };
const REPEATS: Reason = { code: 'list_repeats', reason: 'The platform answered with the same entries again.' };
const ENDED: Reason = { code: 'list_ended_early', reason: 'The platform ended the list before its last entry.' };
const TOO_LONG: Reason = { code: 'list_too_long', reason: `Only ${MAX_ENTRIES} entries of a list are read.` };

/** Reads whole lists of the platform, page by page. */
@Injectable()
export class ListReader {
  constructor(
    private readonly slices: WorkSlices,
    private readonly departures: ContractDepartures,
  ) {}

  /**
   * Reads every page of a list, or says why not. A list that changes while it is read is read once more.
   * @throws what concerns the whole request, see `reasonOf`
   */
  async read<T>(reading: Reading, list: List<T>): Promise<ReadList<T>> {
    const first = await this.readOnce(reading, list, true);
    return first.missing?.code === CHANGED.code ? this.readOnce(reading, list, false) : first;
  }

  private async readOnce<T>(reading: Reading, list: List<T>, endsWhenChanged: boolean): Promise<ReadList<T>> {
    const entries = new Map<unknown, T>();
    const cursors = new Set<string>();
    let total: number | undefined;
    let hasChanged = false;
    const stop = (reason: Reason): ReadList<T> => ({
      entries: [...entries.values()],
      missing: { ...reason, read: entries.size, ...(total !== undefined && { total }) },
    });
    for (let after: string | undefined; ;) {
      const known = entries.size;
      let page: Page;
      try {
        page = await this.readPage(reading, list, after, entries);
      } catch (error) {
        return stop(reasonOf(error));
      }
      hasChanged ||= after !== undefined && page.total !== total;
      total = page.total;
      if (hasChanged && endsWhenChanged) return stop(CHANGED);
      after = page.next;
      if (after === undefined) {
        if (hasChanged) return stop(CHANGED);
        return entries.size < (total ?? 0) ? stop(ENDED) : { entries: [...entries.values()] };
      }
      if (entries.size === known || cursors.has(after)) return stop(REPEATS);
      if (entries.size >= MAX_ENTRIES) return stop(TOO_LONG);
      cursors.add(after);
    }
  }

  private async readPage<T>(
    reading: Reading,
    list: List<T>,
    after: string | undefined,
    entries: Map<unknown, T>,
  ): Promise<Page> {
    const body = await reading.get(list.path, { first: PAGE_SIZE, ...(after !== undefined && { after }) });
    const steps = parseList(body, list.part, (entry) => {
      if (!isObject(entry)) throw new JsonError('an entry that is not an object');
      this.departures.check(list.operation, list.entry, entry, `${list.part}[]`);
      entries.set(entry['id'] ?? entry['name'] ?? entries.size, list.keep(entry));
    });
    const { envelope } = await this.slices.run(steps, reading.signal).catch((error: unknown) => {
      if (error instanceof JsonError) this.departures.note(list.operation, list.part);
      throw error;
    });
    this.departures.check(list.operation, PageInfo, envelope);
    return pageOf(envelope);
  }
}

function pageOf({ totalCount, next }: JsonPage['envelope']): Page {
  return {
    total: Number.isSafeInteger(totalCount) ? Number(totalCount) : undefined,
    next: typeof next === 'string' && next !== '' ? next : undefined,
  };
}

function isObject(value: unknown): value is Entry {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
