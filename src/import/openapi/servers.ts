import type { Diagnostics } from './diagnostics.js';
import type { OpenApiDocument } from './document.js';
import { isObject, type Json, listOf, objectOf, type Path, textOf } from './json.js';
import { MAX_URL } from './limits.js';
import { METHODS } from './shapes.js';

const VARIABLE = /\{([^{}]*)\}/g;

/** A connector has one base URL; a document may have many servers, also per path and operation. */
export class Servers {
  /** The first server of the document, with the default values of its variables; empty if there is none. */
  readonly baseUrl: string;

  constructor(
    private readonly document: OpenApiDocument,
    private readonly log: Diagnostics,
  ) {
    this.baseUrl = this.choose();
  }

  /** Reports an operation with its own server, which an action cannot have. */
  noteOwnServer(item: Json, operation: Json, name: string, at: Path): void {
    const server = ownServerOf(item, operation);
    if (server === undefined) return;
    const url = this.fill(server, at);
    if (url === this.baseUrl) return;
    const consequence =
      this.baseUrl === '' ? 'as actions they would have none' : `as actions they would call ${this.baseUrl}`;
    this.log.add(
      'warning',
      `A connector has one base URL, and these operations have a server of their own: ${consequence}. Import them as a connector of their own where that is wrong.`,
      { at, label: `${name}: ${url}` },
    );
  }

  private choose(): string {
    const [server, ...others] = listOf(this.document.root, 'servers').filter(isObject);
    if (server === undefined) return this.mostUsed();
    const url = this.fill(server, ['servers', 0], true);
    for (const [index, other] of others.entries())
      this.log.add('info', 'A connector has one base URL; other servers are left out.', {
        at: ['servers', index + 1],
        label: textOf(other, 'url') ?? '(no URL)',
      });
    if (url !== '' && !/^https?:\/\//i.test(url) && !url.startsWith('{'))
      this.log.warn(
        `The base URL would be "${url}", which is relative to where the document came from. Write the whole URL of the server.`,
        ['servers', 0, 'url'],
      );
    return url;
  }

  /** If the document names no server, the one that most operations use. */
  private mostUsed(): string {
    const counts = new Map<string, { server: Json; at: Path; count: number }>();
    for (const [path, sent] of Object.entries(objectOf(this.document.root, 'paths'))) {
      const item = this.document.pathItem(sent);
      for (const method of METHODS) {
        const server = isObject(item[method]) ? ownServerOf(item, item[method]) : undefined;
        const url = server && textOf(server, 'url');
        if (server === undefined || url === undefined) continue;
        const known = counts.get(url) ?? { server, at: ['paths', path, method], count: 0 };
        known.count += 1;
        counts.set(url, known);
      }
    }
    const [most] = [...counts.entries()].toSorted(
      ([urlA, a], [urlB, b]) => b.count - a.count || (urlA < urlB ? -1 : 1),
    );
    if (most === undefined) {
      this.log.add(
        'warning',
        'The document names no server: the base URL is empty, and no action can be called until the connector gets one. Name it under "servers".',
        { at: [] },
      );
      return '';
    }
    const [, { server, at }] = most;
    const url = this.fill(server, at, true);
    this.log.warn(`The document itself names no server; the base URL is that of most of its operations, ${url}.`, at);
    return url;
  }

  /** The URL of a server with the default values of its variables, without trailing slashes. */
  private fill(server: Json, at: Path, isBase = false): string {
    const url = textOf(server, 'url') ?? '';
    const variables = objectOf(server, 'variables');
    let length = url.length;
    const filled =
      url.length > MAX_URL
        ? ''
        : url.replaceAll(VARIABLE, (hole, name: string) => {
            const value = textOf(objectOf(variables, name), 'default');
            if (isBase) this.noteVariable(name, value, objectOf(variables, name), [...at, 'url']);
            length += value?.length ?? 0;
            return length > MAX_URL ? '' : (value ?? hole);
          });
    if (length <= MAX_URL) return withoutSlashes(filled);
    this.log.warn(`The URL of a server is longer than ${MAX_URL} characters; it is left out.`, at);
    return '';
  }

  private noteVariable(name: string, value: string | undefined, { enum: values }: Json, at: Path): void {
    if (value === undefined) {
      this.log.warn(
        `The server URL has the variable {${name}}, for which there is no value: it stays in the base URL, and calls would fail. Declare it under "variables" with a default, or write its value.`,
        at,
      );
      return;
    }
    const others = Array.isArray(values) && values.length > 1 ? `; the document allows ${values.length} values` : '';
    this.log.warn(
      `The base URL has the usual value of {${name}}, "${value}"${others}. Change the base URL of the connector where another one is needed.`,
      at,
    );
  }
}

function ownServerOf(item: Json, operation: Json): Json | undefined {
  return [...listOf(operation, 'servers'), ...listOf(item, 'servers')].find(isObject);
}

/** One pass from the end, unlike a regular expression. */
function withoutSlashes(url: string): string {
  let end = url.length;
  while (end > 0 && url[end - 1] === '/') end -= 1;
  return url.slice(0, end);
}
