import { type Conversion, convertDocument } from '../../../src/import/openapi/conversion.js';
import { Diagnostics, Unreadable } from '../../../src/import/openapi/diagnostics.js';
import { readDocument } from '../../../src/import/openapi/document.reading.js';
import { pointerOf } from '../../../src/import/openapi/json.js';
import { ReferenceRules } from '../../../src/import/openapi/rules/reference.rules.js';
import { ApiError } from '../http/api.error.js';
import type { Message } from '../http/message.js';

/**
 * Converts an OpenAPI 3 document, in JSON or YAML, with the code of the gateway's preview.
 * @throws ApiError 400 for anything else, with messages
 */
export function convertText(text: string): { converted: Conversion; messages: Message[] } {
  const log = new Diagnostics();
  const converted = convert(text, log);
  const messages = messagesOf(log);
  if (converted === undefined || log.hasErrors)
    throw new ApiError(400, 'unreadable_document', messages[0]?.text ?? 'The document cannot be imported.', {
      messages,
    });
  return { converted, messages };
}

function convert(text: string, log: Diagnostics): Conversion | undefined {
  try {
    const { document } = readDocument(Buffer.from(text), log);
    if (document === undefined) return undefined;
    const references = new ReferenceRules(document, log);
    for (const node of document.nodes()) references.check(node);
    return convertDocument(document, log);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    log.error(error.message);
    return undefined;
  }
}

function messagesOf(log: Diagnostics): Message[] {
  return log.all.map(({ severity, text, places }) => ({
    text,
    severity,
    detail: places.map(({ at, label }) => label ?? (typeof at === 'object' ? pointerOf(at) : '')).filter(Boolean),
  }));
}
