import { isObject } from './document.js';
import type { MessageLog } from './message.log.js';
import { listOf, objectOf, type OpenApiDocument, textOf } from './document.js';

/** The base URL of an API: its first server, with the usual values of its variables. */
export function baseUrlOf({ root }: OpenApiDocument, log: MessageLog): string {
  const [server, ...others] = listOf(root, 'servers').filter(isObject);
  const url = server && textOf(server, 'url');
  if (server === undefined || url === undefined) {
    log.note('warning', 'The document names no server; the base URL is empty.', 'servers');
    return '';
  }
  for (const other of others)
    log.note('info', 'A connector has one base URL; other servers are left out.', String(other['url']));
  const variables = objectOf(server, 'variables');
  const filled = url.replaceAll(
    /\{([^{}]+)\}/g,
    (hole, name: string) => textOf(objectOf(variables, name), 'default') ?? hole,
  );
  if (!/^https?:\/\//i.test(filled))
    log.note('warning', 'The base URL is not complete: it was relative to where the document came from.', filled);
  return filled.replace(/\/+$/, '');
}
