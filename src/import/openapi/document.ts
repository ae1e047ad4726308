/** A JSON object whose members are not known. */
export type Json = Record<string, unknown>;

const MAX_REFERENCES = 32;

/** A parsed OpenAPI 3 document. */
export class OpenApiDocument {
  readonly root: Json;

  constructor(root: Json) {
    this.root = root;
  }

  /** An object in the document, references followed; empty where there is none. */
  resolve(value: unknown): Json {
    let found = value;
    for (let i = 0; i < MAX_REFERENCES && isObject(found) && typeof found['$ref'] === 'string'; i++)
      found = this.lookUp(found['$ref']);
    return isObject(found) && typeof found['$ref'] !== 'string' ? found : {};
  }

  /** What a reference within the document leads to; undefined where it leads nowhere, or elsewhere. */
  lookUp(reference: string): unknown {
    if (!reference.startsWith('#/')) return undefined;
    let found: unknown = this.root;
    for (const part of pointerParts(reference)) {
      if (typeof found !== 'object' || found === null || !Object.hasOwn(found, part)) return undefined;
      found = (found as Json)[part];
    }
    return found;
  }
}

/** Whether a value is a JSON object: no list, no null, and no number that was parsed as its digits. */
export function isObject(value: unknown): value is Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return !(JSON as unknown as { isRawJSON(value: unknown): boolean }).isRawJSON(value);
}

/** The names that a reference goes along. */
export function pointerParts(reference: string): string[] {
  return reference
    .slice(2)
    .split('/')
    .map((part) => decode(part).replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** A member that is an object; empty where it is none. */
export function objectOf(value: Json, member: string): Json {
  const found = value[member];
  return isObject(found) ? found : {};
}

/** A member that is a list; empty where it is none. */
export function listOf(value: Json, member: string): unknown[] {
  const found = value[member];
  return Array.isArray(found) ? found : [];
}

/** A member that is a text; undefined where it is none. */
export function textOf(value: Json, member: string): string | undefined {
  const found = value[member];
  return typeof found === 'string' && found !== '' ? found : undefined;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
