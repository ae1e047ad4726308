import { BOUNDARY_TYPE, goodForm, JSON_TYPE, type Target, written } from './target.js';
import { INVALID, type FailureCase, withBody, withHeaders } from './failure-case.js';

const TOO_LONG = String(4 * 1024 * 1024 + 1);
const MALFORMED = { status: 400, code: 'malformed_json' };

const takesJson = ({ body }: Target): boolean => body?.type === JSON_TYPE;
const takesForm = ({ body }: Target): boolean => body?.type === BOUNDARY_TYPE;
const takesBody = ({ body }: Target): boolean => body !== undefined;

/** Valid calls with the form replaced. */
const forms =
  (bad: (good: ReturnType<typeof goodForm>) => readonly string[]): FailureCase['spoil'] =>
  (good, { template }) =>
    bad(goodForm(template)).map((body) => withBody(good, body));

/** Failures caused by the request body. */
export const BODY_CASES: readonly FailureCase[] = [
  {
    title: 'with a body of the wrong media type, or without one',
    appliesTo: takesBody,
    spoil: (good) =>
      ['text/plain', 'text/json', '', 'application/json; charset=utf-16'].map((type) =>
        withHeaders(good, { 'content-type': type }),
      ),
    answer: { status: 415, code: 'unsupported_media_type' },
  },
  {
    title: 'with an encoded body',
    appliesTo: takesJson,
    spoil: (good) => ['gzip', 'br'].map((encoding) => withHeaders(good, { 'content-encoding': encoding })),
    answer: { status: 415, code: 'unsupported_encoding' },
  },
  {
    title: 'with a body that is not JSON, or has a duplicate member',
    appliesTo: takesJson,
    spoil: (good) =>
      [
        '{"a":',
        '',
        '{"a":1,}',
        '{"a":1}{',
        '\u{feff}{}',
        '{"a":NaN}',
        '{"a":1,"a":2}',
        '{"a":{"b":1,"\\u0062":2}}',
      ].map((body) => withBody(good, body)),
    answer: MALFORMED,
  },
  {
    title: 'with JSON that is not an object',
    appliesTo: takesJson,
    spoil: (good) => ['[]', 'null', '"a"', '1', 'true'].map((body) => withBody(good, body)),
    answer: INVALID,
  },
  {
    title: 'with an unknown member, or without required ones',
    appliesTo: takesJson,
    spoil: (good, { method, body }) => {
      const typo = body?.text.replace('{', '{"typo":1,') ?? '';
      const bad = method === 'PUT' ? ['{"id":7,"tags":7,"categories":7}'] : ['{"typo":1}', typo];
      return bad.map((text) => withBody(good, text));
    },
    answer: INVALID,
  },
  {
    title: 'with a body that is too large',
    appliesTo: takesJson,
    spoil: (good) => ({ ...withHeaders(good, { 'content-length': TOO_LONG }), isWithheld: true }),
    answer: { status: 413, code: 'content_too_large' },
  },
  {
    title: 'with a form that is too large',
    appliesTo: takesForm,
    spoil: (good) => ({ ...withHeaders(good, { 'content-length': String(2 ** 31) }), isWithheld: true }),
    answer: { status: 413, code: 'content_too_large' },
  },
  {
    title: 'with a form that lacks a part, or has an unknown one',
    appliesTo: takesForm,
    spoil: forms(({ file, metadata }) => [
      written(file),
      written(metadata),
      written(file, file),
      written(metadata, metadata),
      written(['name="file"', 'x'], metadata),
      written(['name="logo"; filename="a"', 'x'], metadata),
      written(file, ['name="metadata[format]"', 'openapi']),
      written(file, ['name="metadata"', '{"format":"raml"}']),
      written(file, ['name="metadata"', '[]']),
      written(['filename="a"', 'x'], metadata),
    ]),
    answer: INVALID,
  },
  {
    title: 'with a form whose metadata is not JSON',
    appliesTo: takesForm,
    spoil: forms(({ file }) => [written(file, ['name="metadata"', '{']), written(file, ['name="metadata"', ''])]),
    answer: MALFORMED,
  },
  {
    title: 'with a form that ends too early',
    appliesTo: takesForm,
    spoil: forms(({ file, metadata }) => [written(file, metadata).slice(0, -20), '--x\r\n', '']),
    answer: { status: 400, code: 'incomplete_body' },
  },
  {
    title: 'with a form that has no boundary',
    appliesTo: takesForm,
    spoil: (good) => withHeaders(good, { 'content-type': 'multipart/form-data' }),
    answer: { status: 400, code: 'malformed_form' },
  },
];
