import { convertDocument } from './conversion.js';
import type { Message } from './creations.js';
import type { Json } from './document.js';
import { type Outline, outlineOf } from './outline.js';

/** What an import would make of a document. */
export interface Plan {
  readonly connector: PlannedConnector;
  readonly authSchemeConfigs: { readonly schemeType: string; readonly description: string }[];
  readonly actions: PlannedAction[];
  readonly triggers: Outline[];
  readonly definitions: { readonly name: string; readonly accept: string[] }[];
  /** What would be left out or changed, and why. */
  readonly messages: readonly Message[];
}

/** An action that would be made. */
export type PlannedAction = Outline & { readonly path: string };

/** What a document says of the connector itself. */
export interface PlannedConnector {
  readonly name?: string;
  readonly version?: string;
  readonly baseUrl: string;
  readonly documentationURL?: string;
}

/** Says what an import of a parsed OpenAPI 3 document would make. Nothing is made. */
export function planOf(root: Json): Plan {
  const { title: name, version, documentationURL, baseUrl, messages, ...made } = convertDocument(root);
  return {
    connector: {
      ...(name !== undefined && { name }),
      ...(version !== undefined && { version }),
      baseUrl,
      ...(documentationURL !== undefined && { documentationURL }),
    },
    authSchemeConfigs: made.authSchemeConfigs.map(({ schemeType, description }) => ({ schemeType, description })),
    actions: made.actions.map((action) => ({ ...outlineOf(action), path: action.path })),
    triggers: made.triggers.map(outlineOf),
    definitions: made.definitions.map(({ name: definition, accept }) => ({ name: definition, accept })),
    messages,
  };
}
