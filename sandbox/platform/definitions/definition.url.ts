import type { Platform } from '../platform.js';
import type { Versioned } from '../versions/version.lookup.js';
import { isXml } from './schema.text.js';

/** The definition in a URL. */
export interface DefinitionPlace {
  readonly organisationId: string;
  readonly connectorId: string;
  readonly version: string;
  /** Its id or its name. */
  readonly key: string;
}

/** The public URL of a definition's schema. */
export function definitionUrl(
  { publicUrl }: Platform,
  { connector, version }: Versioned,
  { id, contentType }: { readonly id: string; readonly contentType: string },
): string {
  const file = `${id}.${isXml(contentType) ? 'xml' : 'json'}`;
  return `${publicUrl}/o/${connector.parent}/schemas/${connector.id}/${encodeURIComponent(version.name)}/${file}`;
}

/** The definition in a URL; undefined if it is not a URL of this platform. */
export function parseDefinitionUrl({ publicUrl, ownUrl }: Platform, url: string): DefinitionPlace | undefined {
  const base = [publicUrl, ownUrl].find((candidate) => url.startsWith(`${candidate}/o/`));
  if (base === undefined) return undefined;
  const pattern = /^\/o\/([^/]+)\/schemas\/([^/]+)\/([^/]+)\/([^/]+)$/;
  const [, organisationId, connectorId, version, file] = pattern.exec(url.slice(base.length)) ?? [];
  if (!organisationId || !connectorId || !version || !file) return undefined;
  return { organisationId, connectorId, version: decode(version), key: keyOfFile(decode(file)) };
}

/** The id or name in a schema's file name. */
export function keyOfFile(filename: string): string {
  return filename.replace(/\..*$/, '');
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
