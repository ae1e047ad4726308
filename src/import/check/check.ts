import type { Message } from '../../contract/dto/message.dto.js';
import { decode } from './decode.js';
import { type Diagnostic, Unreadable, errorAt, pointerOf } from './fault.js';
import { messagesOf } from './messages.js';
import { OperationIds } from './operation-ids.js';
import { type Parsed, parse } from './parse.js';
import { pathFaults } from './path-templates.js';
import { References } from './references.js';
import { structureFaults } from './structure.js';
import { type Members, isObject, walk } from './walk.js';

/** How far a check is: the text has been understood; what it says has been looked at. */
export type Stage = 'parsed' | 'checked';

/** What the check found. */
export interface CheckedDocument {
  /** Undefined when it is neither. */
  readonly written: 'json' | 'yaml' | undefined;
  /** The version of OpenAPI, such as `3.1.0`. */
  readonly openapi: string | undefined;
  /** The worst first; without an error among them the document may be imported. */
  readonly messages: readonly Message[];
}

/** What the check found, and the document itself, where there is one. */
export interface Checked {
  readonly document: CheckedDocument;
  readonly root: Members | undefined;
}

/** Checks an OpenAPI document. Nothing but these bytes is read, whatever they refer to. */
export function checkBytes(bytes: Buffer, onStage: (stage: Stage) => void): Checked {
  let text = '';
  try {
    text = decode(bytes);
    return checkParsed(text, parse(text), onStage);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const messages = messagesOf([error.fault], text, () => undefined);
    return { document: { written: undefined, openapi: undefined, messages }, root: undefined };
  }
}

function checkParsed(text: string, parsed: Parsed, onStage: (stage: Stage) => void): Checked {
  onStage('parsed');
  const root = isObject(parsed.root) ? parsed.root : undefined;
  const openapi = typeof root?.['openapi'] === 'string' ? root['openapi'] : undefined;
  const wrong = root === undefined ? errorAt('The document must be an object.', []) : versionFault(root);
  const found = root === undefined || wrong !== undefined ? [wrong] : contentFaults(root);
  const faults = [...parsed.faults, ...found].filter((fault) => fault !== undefined);
  onStage('checked');
  return { document: { written: parsed.written, openapi, messages: messagesOf(faults, text, parsed.scan) }, root };
}

/** Only what is known can be checked. */
function versionFault({ openapi, swagger }: Members): Diagnostic | undefined {
  if (typeof openapi === 'string') return numberFault(openapi);
  if (openapi !== undefined)
    return errorAt('The version of OpenAPI must be text; write it in quotes, such as "3.1.0".', ['openapi']);
  if (swagger === undefined)
    return errorAt('This is not an OpenAPI document: "openapi" is missing, which tells the version.', []);
  return errorAt('Swagger 2 cannot be imported yet; convert it to OpenAPI 3 first.', ['swagger']);
}

function numberFault(openapi: string): Diagnostic | undefined {
  if (/^3\.[012]\./.test(openapi)) return undefined;
  return /^3\.[012]$/.test(openapi)
    ? errorAt(`The version of OpenAPI has three parts; write "${openapi}.0".`, ['openapi'])
    : errorAt(`OpenAPI "${openapi}" is not known here; 3.0, 3.1 and 3.2 are.`, ['openapi']);
}

/** Our own words win over those of the schema where both have found the same; a warning of ours hides no error of it. */
function contentFaults(root: Members): Diagnostic[] {
  const references = new References(root);
  const ids = new OperationIds();
  for (const node of walk(root)) {
    references.note(node);
    ids.note(node);
  }
  const own = [...references.faults(), ...ids.faults(), ...pathFaults(root)];
  const told = new Set(own.filter(({ severity }) => severity === 'error').map(placeOf));
  return [...own, ...oneForEachPlace(structureFaults(root)).filter((fault) => !told.has(placeOf(fault)))];
}

function oneForEachPlace(faults: readonly Diagnostic[]): Diagnostic[] {
  const byPlace = new Map<string, Diagnostic>();
  for (const fault of faults) byPlace.set(placeOf(fault), byPlace.get(placeOf(fault)) ?? fault);
  return [...byPlace.values()];
}

function placeOf({ places: [place], text }: Diagnostic): string {
  return Array.isArray(place) ? pointerOf(place) : text;
}
