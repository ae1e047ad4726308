import { type ErrorObject, validate } from '@scalar/openapi-validator';
import { type Diagnostic, type Path, pathOf } from './fault.js';
import { type Members, own } from './walk.js';

/** What a rule makes of the validator's words: a sentence, and the member that it is about. */
interface Wording {
  readonly text: string;
  readonly member?: string;
  readonly severity?: 'warning';
}

type Rule = readonly [words: RegExp, say: (found: string, path: Path, value: unknown) => Wording];

/** The validator's words, and ours. The first that fits. */
const RULES: readonly Rule[] = [
  [/^must have required property '(.*)'$/, missing],
  [/^Property (.*) is not expected to be here$/, unexpected],
  [/^must be equal to one of the allowed values: query, header, cookie$/, pathParameterOr],
  [/allowed values: (.*)$/, (values) => ({ text: `Must be one of these: ${values}.` })],
  [/^enum must/, () => ({ text: 'Is none of the allowed values.' })],
  [
    /^type must be (.*)$/,
    (types, _, value) => ({ text: `Must be ${types.replaceAll(',', ' or ')}, but is ${typeOf(value)}.` }),
  ],
  [/^Property "(.*)" must match pattern \^\[a-zA-Z0-9._-\]\+\$$/, unexpected],
  [/must match pattern (.*)$/, (pattern) => ({ text: `Must match the pattern ${pattern}.` })],
  [/^format must match format "(.*)"$/, (format) => ({ text: `Is no valid ${format}.`, severity: 'warning' })],
  [/^(\$ref .*)$/s, (words) => ({ text: words.replace(/\.?$/, '.'), severity: 'warning' })],
  [/^(?:oneOf|anyOf|if|not|else|then) /, () => ({ text: 'Is none of the forms that are allowed here.' })],
  [/^min(?:Properties|Items) /, () => ({ text: 'Must not be empty.' })],
  [/^\w+ (must .*)$/, (words) => ({ text: `${words.replace(/^m/, 'M')}.` })],
];

/** What the JSON schema of its OpenAPI version says about a document: everything, one fault for each place. */
export function structureFaults(root: Members): Diagnostic[] {
  const { errors = [] } = validate(root);
  return errors.map((error) => faultOf(root, error)).filter((fault) => fault !== undefined);
}

function faultOf(root: Members, { message, path: pointer }: ErrorObject): Diagnostic | undefined {
  const path = pathOf(String(pointer ?? ''));
  const value = path.reduce<unknown>((inner, segment) => own(inner, segment), root);
  if (path.length === 0 && /'(?:components|webhooks)'$/.test(message)) return undefined;
  if (message.startsWith('propertyNames ')) return undefined;
  for (const [words, say] of RULES) {
    const found = words.exec(message);
    if (found === null) continue;
    const { text, member, severity = 'error' } = say(found[1] ?? '', path, value);
    return { severity, text, places: [member === undefined ? path : [...path, member]] };
  }
  return { severity: 'error', text: `${message}.`, places: [path] };
}

/** Since OpenAPI 3.1 one of three is enough; the schema asks for each. */
function missing(name: string, path: Path, value: unknown): Wording {
  const isOneOfThree = path.length === 0 && name === 'paths' && !String(own(value, 'openapi')).startsWith('3.0');
  return { text: isOneOfThree ? '"paths", "components" or "webhooks" is missing.' : `"${name}" is missing.` };
}

function unexpected(name: string, path: Path): Wording {
  const isComponent = path.length === 2 && path[0] === 'components';
  const text = isComponent
    ? `The name "${name}" may only have letters, digits, ".", "-" and "_".`
    : `"${name}" is not allowed here.`;
  return { text, member: name };
}

/** OpenAPI 3.0's schema tells path parameters from others by `required`. */
function pathParameterOr(_: string, __: Path, value: unknown): Wording {
  return {
    text:
      value === 'path'
        ? 'A path parameter must say "required: true".'
        : 'Must be one of these: path, query, header, cookie.',
  };
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
