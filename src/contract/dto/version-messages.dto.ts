import { ApiProperty } from '@nestjs/swagger';
import { IsEnum, IsOptional, IsQueryEnum } from '../validation/validators.js';

// These answers are the gateway's own; the platform's contract has no operation for them.

export const SEVERITIES = ['error', 'warning', 'info'] as const;
export const MESSAGE_KINDS = ['version', 'action', 'trigger', 'definition', 'authSchemeConfig', 'connection'] as const;
const PARTS = ['version', 'connector', 'actions', 'triggers', 'definitions', 'schema'] as const;

/** How serious a message is. */
export type Severity = (typeof SEVERITIES)[number];

/** What a message can be about. */
export type MessageKind = (typeof MESSAGE_KINDS)[number];

/** Which messages to list; without a parameter, all of them. */
export class VersionMessagesQuery {
  /** List only messages of this severity; repeat the parameter for several. */
  @IsOptional()
  @IsQueryEnum(SEVERITIES)
  severity?: Severity | Severity[];

  /** List only messages about this kind of thing; repeat the parameter for several. */
  @IsOptional()
  @IsQueryEnum(MESSAGE_KINDS)
  kind?: MessageKind | MessageKind[];
}

/** What a message is about. */
export class MessageSubject {
  /** Its kind. */
  @IsEnum(MESSAGE_KINDS)
  kind: MessageKind;

  /** Its name; that of an auth scheme configuration is its description. */
  name: string;

  /** Its ULID. */
  @ApiProperty({ format: 'ulid' })
  id: string;
}

/** Something that the platform found. */
export class VersionMessage {
  /** Description, for people. */
  text: string;

  /** Severity. */
  @IsEnum(SEVERITIES)
  severity: Severity;

  /** Details, such as a list of errors; may be empty. */
  detail: string[];

  /** What it is about. */
  subject: MessageSubject;

  /** The member that it is about, as the platform writes it: a JSON Pointer or a path. */
  field?: string;
}

/** The number of messages by severity. */
export class SeverityCounts {
  /** Messages that name an error. */
  @ApiProperty({ type: 'integer' })
  error: number;

  /** Messages that name a warning. */
  @ApiProperty({ type: 'integer' })
  warning: number;

  /** Messages that inform. */
  @ApiProperty({ type: 'integer' })
  info: number;
}

/** The number of messages by the kind of what they are about. */
export class KindCounts {
  /** About the version itself. */
  @ApiProperty({ type: 'integer' })
  version: number;

  /** About actions. */
  @ApiProperty({ type: 'integer' })
  action: number;

  /** About triggers. */
  @ApiProperty({ type: 'integer' })
  trigger: number;

  /** About definitions. */
  @ApiProperty({ type: 'integer' })
  definition: number;

  /** About the connector's auth scheme configurations. */
  @ApiProperty({ type: 'integer' })
  authSchemeConfig: number;

  /** About the connector's connections. */
  @ApiProperty({ type: 'integer' })
  connection: number;
}

/** A part that the gateway could not read, and why. */
export class MissingVersionPart {
  /** The name of the version that it belongs to. */
  version: string;

  /** The part. */
  @IsEnum(PARTS)
  part: (typeof PARTS)[number];

  /** Of a schema: the name of its definition. */
  name?: string;

  /** Of a list: how many of its entries were read. */
  @ApiProperty({ type: 'integer' })
  read?: number;

  /** Of a list: how many entries it has, as the platform says. */
  @ApiProperty({ type: 'integer' })
  total?: number;

  /**
   * What happened: a problem's code, or `time_over`, `too_much`, `list_changed`, `list_repeats`, `list_ended_early`,
   * `list_too_long`.
   */
  code: string;

  /** A sentence for people. */
  reason: string;
}

/** All that the platform has to say about a version. */
export class VersionMessages {
  /** The name of the version; for `latest` and `default`, that of the version that they refer to. */
  version: string;

  /** The messages, errors first; at most 200. */
  messages: VersionMessage[];

  /** The number of all messages by severity, whether listed or not. */
  counts: SeverityCounts;

  /** The number of all messages by kind, whether listed or not. */
  countsByKind: KindCounts;

  /** How many messages that `severity` and `kind` ask for are not listed. */
  @ApiProperty({ type: 'integer' })
  omitted: number;

  /**
   * Whether nothing known keeps the version from being published; null if that cannot be said. Publishing itself has the
   * last word: only it looks into the schemas of definitions.
   */
  @ApiProperty({ type: 'boolean', nullable: true })
  publishable: boolean | null;

  /** Why it is not publishable, or why that cannot be said. */
  reason?: string;

  /** The number of actions and triggers that the platform has not validated yet. */
  @ApiProperty({ type: 'integer' })
  unvalidated: number;

  /** Whether everything was read. If not, there may be more messages, and `missing` says where. */
  complete: boolean;

  /** What could not be read; missing if everything was. At most 100 parts. */
  missing?: MissingVersionPart[];

  /** How many parts could not be read, whether listed or not; missing if everything was. */
  @ApiProperty({ type: 'integer' })
  missingCount?: number;
}
