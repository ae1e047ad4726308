import { Injectable } from '@nestjs/common';
import type { AuthenticatedRequest, Caller } from '../auth/caller.js';
import type { Change, ChangeDetail } from '../comparison/change.js';
import { compareInSteps } from '../comparison/version.comparison.js';
import type { VersionPath } from '../contract/dto/paths.dto.js';
import type {
  VersionChange,
  VersionDifference,
  VersionDifferenceQuery,
} from '../contract/dto/version-difference.dto.js';
import { Readings } from '../versions/readings.js';
import { VersionContents } from '../versions/version.contents.js';
import { WorkSlices } from '../versions/work.slices.js';
import { clip, completenessOf, filterOf, firstOf } from './answer.bounds.js';

/** Changes that one answer lists. */
export const MAX_CHANGES = 500;
const MAX_NAME = 256;
const MAX_TEXT = 1_000;

/** Compares two versions of a connector, without changing anything. */
@Injectable()
export class VersionDifferenceService {
  constructor(
    private readonly readings: Readings,
    private readonly contents: VersionContents,
    private readonly slices: WorkSlices,
  ) {}

  /**
   * Reads both versions, as the caller, and compares them.
   * @throws Problem as the platform does, where it refuses one of the versions or nothing at all of one can be read
   */
  get(
    req: AuthenticatedRequest,
    caller: Caller,
    at: VersionPath,
    { from, kind }: VersionDifferenceQuery,
  ): Promise<VersionDifference> {
    return this.readings.run(req, caller, async (reading) => {
      const { organisation_id, connector_id } = at;
      const [before, after] = await Promise.all([
        this.contents.read(reading, { organisation_id, connector_id, version: from }),
        this.contents.read(reading, at),
      ]);
      const { changes, unchanged } = await this.slices.run(compareInSteps(before.content, after.content));
      const wants = filterOf(kind);
      const wanted = changes.filter(({ subject }) => wants(subject.kind)).toSorted(breakingFirst);
      const listed = firstOf(wanted.slice(0, MAX_CHANGES).map(clipped), MAX_CHANGES);
      return {
        from: before.name,
        to: after.name,
        changes: [...listed],
        counts: countsOf(changes),
        omitted: wanted.length - listed.length,
        unchanged,
        ...completenessOf([...before.missing, ...after.missing]),
      };
    });
  }
}

function breakingFirst(one: Change, other: Change): number {
  return Number(other.breaking) - Number(one.breaking);
}

function countsOf(changes: readonly Change[]): VersionDifference['counts'] {
  const counts = { added: 0, removed: 0, changed: 0, breaking: 0 };
  for (const { change, breaking } of changes) {
    counts[change] += 1;
    if (breaking) counts.breaking += 1;
  }
  return counts;
}

function clipped({ subject, change, formerName, in: members, breaking, text, details }: Change): VersionChange {
  return {
    subject: { kind: subject.kind, name: clip(subject.name, MAX_NAME) },
    change,
    ...(formerName !== undefined && { formerName: clip(formerName, MAX_NAME) }),
    ...(members && { in: [...members] }),
    breaking,
    text: clip(text, MAX_TEXT),
    ...(details && { details: details.map(clippedDetail) }),
  };
}

function clippedDetail({ in: member, breaking, text }: ChangeDetail): ChangeDetail {
  return { in: member, breaking, text: clip(text, MAX_TEXT) };
}
