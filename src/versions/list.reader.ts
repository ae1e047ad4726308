import { Injectable } from '@nestjs/common';
import type { Dto } from '../contract/validation/metadata.js';
import { PageInfo } from '../contract/dto/page.dto.js';
import type { PlatformPath } from '../platform/path.js';
import { ContractDepartures } from './contract.departures.js';
import { JsonError, type JsonPage, parsePage } from './json.list.js';
import { type Entry, isEntry } from './members.js';
import { type MissingPart, type Reason, reasonOf } from './missing.part.js';
import type { Reading } from './reading.js';
import { WorkSlices } from './work.slices.js';

/** The platform's maximum page size. */
const PAGE_SIZE = '100';
/** Maximum number of entries read per list. */
const MAX_ENTRIES = 10_000;

/** A list of the platform, and how its entries are converted. */
export interface List<T> {
  readonly part: 'actions' | 'triggers' | 'definitions';
  readonly operation: string;
  readonly path: PlatformPath;
  /** The class that describes an entry. */
  readonly entry: Dto;
  keep(entry: Entry): T;
}

/** The entries that were read, and why the rest was not. */
export interface ReadList<T> {
  readonly entries: readonly T[];
  readonly missing?: Reason & Pick<MissingPart, 'read' | 'total'>;
}

interface Page extends Pick<JsonPage, 'entries'> {
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
   * Reads every page of a list, or returns why not. A list that changes while it is read is read once more.
   * @throws errors that concern the whole request, see `reasonOf`
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
    let body = this.getPage(reading, list);
    for (let isFirst = true; ; isFirst = false) {
      const known = entries.size;
      let page: Page;
      try {
        page = await this.openPage(reading, list, await body);
        hasChanged ||= !isFirst && page.total !== total;
        total = page.total;
        if (hasChanged && endsWhenChanged) return stop(CHANGED);
        // Cursors are sequential, but the next page can be fetched while this one is parsed.
        if (page.next !== undefined && !cursors.has(page.next)) body = this.getPage(reading, list, page.next);
        await this.readEntries(reading, list, page, entries);
      } catch (error) {
        return stop(reasonOf(error));
      }
      if (page.next === undefined) {
        if (hasChanged) return stop(CHANGED);
        return entries.size < (total ?? 0) ? stop(ENDED) : { entries: [...entries.values()] };
      }
      if (entries.size === known || cursors.has(page.next)) {
        // Some platforms give a cursor on the last page too.
        const isWhole = !hasChanged && total !== undefined && entries.size >= total;
        return isWhole ? { entries: [...entries.values()] } : stop(REPEATS);
      }
      if (entries.size >= MAX_ENTRIES) return stop(TOO_LONG);
      cursors.add(page.next);
    }
  }

  private getPage<T>(reading: Reading, { path }: List<T>, after?: string): Promise<Buffer> {
    const body = reading.get(path, { first: PAGE_SIZE, ...(after !== undefined && { after }) });
    // It may reject before it is awaited, and may never be awaited.
    body.catch(() => undefined);
    return body;
  }

  private async openPage<T>(reading: Reading, list: List<T>, body: Buffer): Promise<Page> {
    const { envelope, entries } = await this.run(reading, list, parsePage(body, list.part));
    this.departures.check(list.operation, PageInfo, envelope);
    const { totalCount, next } = envelope;
    return {
      total: Number.isSafeInteger(totalCount) ? Number(totalCount) : undefined,
      next: typeof next === 'string' && next !== '' ? next : undefined,
      entries,
    };
  }

  private readEntries<T>(reading: Reading, list: List<T>, page: Page, entries: Map<unknown, T>): Promise<void> {
    const steps = page.entries((entry) => {
      if (!isEntry(entry)) throw new JsonError('an entry that is not an object');
      this.departures.check(list.operation, list.entry, entry, `${list.part}[]`);
      entries.set(entry['id'] ?? entry['name'] ?? entries.size, list.keep(entry));
    });
    return this.run(reading, list, steps);
  }

  private async run<T, R>(reading: Reading, list: List<T>, steps: Generator<void, R>): Promise<R> {
    try {
      return await this.slices.run(steps, reading.signal);
    } catch (error) {
      if (error instanceof JsonError) this.departures.note(list.operation, list.part);
      throw error;
    }
  }
}
