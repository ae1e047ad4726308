import { ApiProperty } from '@nestjs/swagger';
import { Message } from './message.dto.js';
import { ChangeCounts, VersionChangeDetail } from './version-difference.dto.js';
import { MissingVersionPart } from './version-messages.dto.js';

const PREVIEWED_KINDS = ['action', 'trigger', 'definition', 'connector', 'authSchemeConfig'] as const;

// These answers are the gateway's own; the platform's contract knows nothing of previews.

/** What a document says of the connector itself. */
export class PreviewedConnector {
  /** Its name: the document's title. */
  name?: string;

  /** The document's own version, which names the connector's first one. */
  version?: string;

  /** Base URL of its actions: the document's first server. */
  baseUrl: string;

  /** URL of the documentation of the external API. */
  documentationURL?: string;
}

/** A way to authenticate that would be made. */
export class PreviewedAuthSchemeConfig {
  /** Its kind, such as `oauth2`. */
  schemeType: string;

  /** Name in the document. */
  description: string;
}

/** A trigger that would be made, in outline. */
export class PreviewedTrigger {
  /** Its name. */
  name: string;

  /** HTTP method. */
  method: string;

  /** Display name. */
  summary?: string;

  /** Description, for people. */
  description?: string;

  /** Its parameters, such as `owner: string in path, required`. */
  parameters: string[];

  /** The definitions of its body, such as `issue, required`; missing where it has none. */
  requestBody?: string;

  /** Its responses and their definitions, such as `200: repository`. */
  responses: string[];
}

/** An action that would be made, in outline. */
export class PreviewedAction extends PreviewedTrigger {
  /** Appended to the connector's base URL. */
  path: string;
}

/** A definition that would be made. */
export class PreviewedDefinition {
  /** Its name. */
  name: string;

  /** The media types that it describes. */
  accept: string[];
}

/** How many of each would be made. */
export class PreviewedCounts {
  /** Auth schemes. */
  authSchemeConfigs: number;

  /** Actions. */
  actions: number;

  /** Triggers. */
  triggers: number;

  /** Definitions. */
  definitions: number;
}

/** What an import would make of a document. Nothing has been made. */
export class ImportPreview {
  /** Whether an import would be sent to the platform: false when one of the messages is an error. */
  ok: boolean;

  /** How the document is written; missing when it cannot be read. */
  @ApiProperty({ enum: ['json', 'yaml'] })
  written?: 'json' | 'yaml';

  /** The document's version of OpenAPI. */
  openapi?: string;

  /** What is wrong with the document, what would be left out of it, and what is worth a look; the worst first. */
  messages: Message[];

  /** The connector; missing when the document has errors. */
  connector?: PreviewedConnector;

  /** How many of each would be made. */
  counts: PreviewedCounts;

  /** Auth schemes. */
  authSchemeConfigs: PreviewedAuthSchemeConfig[];

  /** Actions. */
  actions: PreviewedAction[];

  /** Triggers. */
  triggers: PreviewedTrigger[];

  /** Definitions. */
  definitions: PreviewedDefinition[];
}

/** An action, by its name. */
export class NamedAction {
  /** Its name. */
  name: string;

  /** HTTP method. */
  method: string;

  /** Appended to the connector's base URL. */
  path: string;
}

/** An action that would change. */
export class ChangedAction extends NamedAction {
  /** The members that differ, such as `parameters`, `requestBody` or `responses`. */
  changes: string[];

  /** Its current name, if it would be renamed. */
  formerName?: string;
}

/** What a change is about. */
export class PreviewedSubject {
  /** Its kind. `connector` is what the connector has for all its versions. */
  @ApiProperty({ enum: PREVIEWED_KINDS })
  kind: (typeof PREVIEWED_KINDS)[number];

  /** Its name in the new version; in the latest one, if only that has it. */
  name: string;
}

/** Something that would be added, removed or changed. */
export class PreviewedChange {
  /** What it is about. */
  subject: PreviewedSubject;

  /** What would happen to it. */
  @ApiProperty({ enum: ['added', 'removed', 'changed'] })
  change: 'added' | 'removed' | 'changed';

  /** Its current name, if it would be renamed. */
  formerName?: string;

  /** The members that differ. */
  in?: string[];

  /** Whether something that uses the latest version may stop working with the new one. */
  breaking: boolean;

  /** A summary for people. */
  text: string;

  /** The single differences, those that may break something first; at most 20. */
  details?: VersionChangeDetail[];
}

/** How a new version would differ from the latest one. */
export class PreviewedDifference {
  /** The changes, those that may break something first; at most 500. */
  changes: PreviewedChange[];

  /** The number of all changes, whether listed or not. */
  counts: ChangeCounts;

  /** How many changes are not listed. */
  @ApiProperty({ type: 'integer' })
  omitted: number;

  /** The number of actions, triggers and definitions that would stay the same. */
  @ApiProperty({ type: 'integer' })
  unchanged: number;

  /** Of the listed changes: actions that only the new version would have. */
  added: NamedAction[];

  /** Of the listed changes: actions that only the latest version has. */
  removed: NamedAction[];

  /** Of the listed changes: actions that both have, and that differ. */
  changed: ChangedAction[];

  /** Whether all of the latest version was read. If not, there may be more changes, and `missing` says where. */
  complete: boolean;

  /** What could not be read; missing if everything was. At most 100 parts. */
  missing?: MissingVersionPart[];

  /** How many parts could not be read, whether listed or not; missing if everything was. */
  @ApiProperty({ type: 'integer' })
  missingCount?: number;
}

/** What an import would make of a document as a version of a connector. Nothing has been created. */
export class ImportVersionPreview extends ImportPreview {
  /** Name of the latest version, which the new one would follow; missing if none has been published. */
  follows?: string;

  /** How the new version would differ from it; missing if there is none, or if the document has errors. */
  difference?: PreviewedDifference;
}
