import { ApiProperty } from '@nestjs/swagger';
import { Message } from './message.dto.js';

// These answers are the gateway's own; the platform's contract knows nothing of previews.

/** What a document says of the connector itself. */
export class PreviewedConnector {
  /** Its name: the document's title. */
  name?: string;

  /** The document's own version, which names the connector's first one. */
  version?: string;

  /** Base URL of its actions: the document's first server. */
  baseUrl: string;

  /** Where its API is described. */
  documentationURL?: string;
}

/** A way to authenticate that would be made. */
export class PreviewedAuthSchemeConfig {
  /** Its kind, such as `oauth2`. */
  schemeType: string;

  /** What the document calls it. */
  description: string;
}

/** A trigger that would be made, in outline. */
export class PreviewedTrigger {
  /** Its name. */
  name: string;

  /** Its HTTP method. */
  method: string;

  /** Its name for people. */
  summary?: string;

  /** What it does, for people. */
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
  /** Ways to authenticate. */
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

  /** Ways to authenticate. */
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

  /** Its HTTP method. */
  method: string;

  /** Appended to the connector's base URL. */
  path: string;
}

/** An action that would change. */
export class ChangedAction extends NamedAction {
  /** In what: `name`, `method`, `path`, `parameters`, `requestBody`, `responses`, `summary`, `description`. */
  changes: string[];

  /** What it is called now, where it would get another name. */
  formerName?: string;
}

/** How a new version would differ from the latest one. */
export class VersionDifference {
  /** Actions that only the new one would have. */
  added: NamedAction[];

  /** Actions that only the latest one has. */
  removed: NamedAction[];

  /** Actions that both have, and that differ. */
  changed: ChangedAction[];

  /** How many actions would stay as they are. */
  unchanged: number;
}

/** What an import would make of a document as a version of a connector. Nothing has been made. */
export class ImportVersionPreview extends ImportPreview {
  /** Name of the latest version, which the new one would follow; missing where none has been published. */
  follows?: string;

  /** How the new version would differ from that; missing where there is none, or the document has errors. */
  difference?: VersionDifference;
}
