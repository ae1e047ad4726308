import type { Message } from '../../contract/dto/message.dto.js';
import { convertDocument } from '../openapi/conversion.js';
import { Diagnostics, Unreadable } from '../openapi/diagnostics.js';
import type { OpenApiDocument } from '../openapi/document.js';
import { type Reading, readDocument } from '../openapi/document.reading.js';
import { type Plan, planOf } from '../openapi/plan.js';
import { DocumentRules } from '../openapi/rules/document.rules.js';
import { messagesOf } from './messages.js';
import { type FormerVersion, type PlannedDifference, differenceOf } from './preview.difference.js';
import { ReferenceRules } from '../openapi/rules/reference.rules.js';
import { Structure } from './structure.js';

/** The stages of a check: the text has been parsed; its content has been checked. */
export type Stage = 'parsed' | 'checked';

/** The result of the check. */
export interface CheckedDocument {
  /** Undefined when it is neither. */
  readonly written: 'json' | 'yaml' | undefined;
  /** The version of OpenAPI, such as `3.1.0`. */
  readonly openapi: string | undefined;
  /** The worst first; without an error the document may be imported. */
  readonly messages: readonly Message[];
}

/** The result of the check, and what an import of the document would create. */
export interface PlannedDocument {
  readonly document: CheckedDocument;
  /** Undefined if the document has errors. */
  readonly plan: Plan | undefined;
  /** How it differs from a former version, if one was given. */
  readonly difference?: PlannedDifference;
}

/**
 * Checks an OpenAPI document, plans its import, and compares it with a former version if one is given. Only these
 * bytes are read, whatever they refer to.
 */
export function checkBytes(bytes: Buffer, onStage: (stage: Stage) => void, former?: FormerVersion): PlannedDocument {
  const log = new Diagnostics();
  let reading: Reading | undefined;
  let planned: Pick<PlannedDocument, 'plan' | 'difference'> = { plan: undefined };
  try {
    reading = readDocument(bytes, log);
    onStage('parsed');
    if (reading.document !== undefined) planned = planOfDocument(reading.document, log, former);
    onStage('checked');
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    log.error(error.message, ...(error.at === undefined ? [] : [error.at]));
    planned = { plan: undefined };
  }
  const messages = messagesOf(log, reading?.parsed ?? bytes);
  return { document: { written: reading?.parsed.written, openapi: reading?.openapi, messages }, ...planned };
}

/** The same conversion as that of the import; its diagnostics belong to the check. */
function planOfDocument(
  document: OpenApiDocument,
  log: Diagnostics,
  former: FormerVersion | undefined,
): Pick<PlannedDocument, 'plan' | 'difference'> {
  const references = new ReferenceRules(document, log);
  const rules = new DocumentRules(document, log);
  const structure = new Structure(document.version, log);
  for (const node of document.nodes()) {
    references.check(node);
    rules.check(node);
    structure.check(node);
  }
  rules.finish();
  if (log.hasErrors) return { plan: undefined };
  const conversion = convertDocument(document, log);
  const plan = planOf(conversion, log);
  if (log.hasErrors) return { plan: undefined };
  return { plan, ...(former && { difference: differenceOf(former, conversion) }) };
}
