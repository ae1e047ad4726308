import { load } from 'js-yaml';
import type { Fault } from '../http/api.error.js';
import { isObject, isBounded, parseLossless } from '../http/json.js';

/** A schema as it was sent. */
export interface InlineSchema {
  readonly contentType: string;
  readonly content: string;
}

/** A schema that has been parsed, or cannot be. */
export type ParsedSchema = { readonly json: unknown } | { readonly text: string };

/** Whether a media type is XML. */
export function isXml(mediaType: string): boolean {
  return /^(?:text|application)\/(?:[\w.-]+\+)?xml\b/i.test(mediaType);
}

/** Parses a schema: JSON Schema in JSON or YAML, or XML unchanged. Reports an error for anything else. */
export function parseSchema({ contentType, content }: InlineSchema, field: string, faults: Fault[]): ParsedSchema {
  if (isXml(contentType)) return { text: content };
  const parse = parserOf(contentType);
  if (parse === undefined) {
    faults.push({
      field: `${field}.contentType`,
      message: 'must be JSON, YAML or XML, such as application/schema+json',
    });
    return { text: content };
  }
  const json = attempt(parse, content);
  if ((!isObject(json) && typeof json !== 'boolean') || !isBounded(json))
    faults.push({ field: `${field}.content`, message: 'must be a JSON Schema: an object, true or false' });
  return { json };
}

function parserOf(contentType: string): ((content: string) => unknown) | undefined {
  if (/^(?:text|application)\/(?:[\w.-]+\+)?json\b/i.test(contentType)) return parseLossless;
  if (/^(?:text|application)\/(?:[\w.-]+\+)?(?:x-)?yaml\b/i.test(contentType)) return (content) => load(content);
  return undefined;
}

function attempt(parse: (content: string) => unknown, content: string): unknown {
  try {
    return parse(content);
  } catch {
    return undefined;
  }
}
