import { ApiProperty } from '@nestjs/swagger';
import { IsEnum, IsOptional, IsPathSegment, IsQueryEnum } from '../validation/validators.js';
import { MissingVersionPart } from './version-messages.dto.js';

// These answers are the gateway's own; the platform's contract has no operation for them.

export const CHANGED_KINDS = ['action', 'trigger', 'definition'] as const;
const CHANGES = ['added', 'removed', 'changed'] as const;

/** What a change can be about. */
export type ChangedKind = (typeof CHANGED_KINDS)[number];

/** Which version to compare with, and which changes to list. */
export class VersionDifferenceQuery {
  /** The name of the version to compare with; `latest` and `default` can be used. */
  @IsPathSegment()
  from: string;

  /** List only changes of this kind of thing; repeat the parameter for several. */
  @IsOptional()
  @IsQueryEnum(CHANGED_KINDS)
  kind?: ChangedKind | ChangedKind[];
}

/** What a change is about. */
export class ChangeSubject {
  /** Its kind. */
  @IsEnum(CHANGED_KINDS)
  kind: ChangedKind;

  /** Its name in the version that has it; in the new one, if both have it. */
  name: string;
}

/** A single difference within a subject. */
export class VersionChangeDetail {
  /** The member that differs, such as `parameters`, `requestBody`, `responses` or `schema`. */
  in: string;

  /** Whether this difference may break something. */
  breaking: boolean;

  /** What differs and, if that may break something, why. */
  text: string;
}

/** Something that was added, removed or changed. */
export class VersionChange {
  /** What it is about. */
  subject: ChangeSubject;

  /** What happened to it. */
  @IsEnum(CHANGES)
  change: (typeof CHANGES)[number];

  /** Its name in the other version, if it was renamed. */
  formerName?: string;

  /** The members that differ. */
  in?: string[];

  /** Whether something that uses the other version may stop working with this one. */
  breaking: boolean;

  /** A summary for people. */
  text: string;

  /** The single differences, those that may break something first; at most 20. */
  details?: VersionChangeDetail[];
}

/** The number of changes. */
export class ChangeCounts {
  /** Subjects that only the new version has. */
  @ApiProperty({ type: 'integer' })
  added: number;

  /** Subjects that only the other version has. */
  @ApiProperty({ type: 'integer' })
  removed: number;

  /** Subjects that differ. */
  @ApiProperty({ type: 'integer' })
  changed: number;

  /** Changes that may break something. */
  @ApiProperty({ type: 'integer' })
  breaking: number;
}

/** How a version differs from another one. */
export class VersionDifference {
  /** The name of the version that it is compared with. */
  from: string;

  /** The name of the version itself. */
  to: string;

  /** The changes, those that may break something first; at most 500. */
  changes: VersionChange[];

  /** The number of all changes, whether listed or not. */
  counts: ChangeCounts;

  /** How many changes that `kind` asks for are not listed. */
  @ApiProperty({ type: 'integer' })
  omitted: number;

  /** The number of actions, triggers and definitions that are the same in both versions. */
  @ApiProperty({ type: 'integer' })
  unchanged: number;

  /** Whether everything was read and compared. If not, there may be more changes, and `missing` says where. */
  complete: boolean;

  /** What could not be read; missing if everything was. At most 100 parts. */
  missing?: MissingVersionPart[];

  /** How many parts could not be read, whether listed or not; missing if everything was. */
  @ApiProperty({ type: 'integer' })
  missingCount?: number;
}
