import type { Behaviour } from '../support/fake-platform.js';
import type { Expected } from './answer.faults.js';
import type { FailureCase } from './failure-case.js';

const INVALID_ANSWER: Expected = { status: 502, code: 'platform_answer_invalid' };
const JSON_HEADERS = { 'content-type': 'application/json' };

/** Answers every request of a preview like the request for the latest version. */
function answerWith(version: string): Behaviour {
  return (_, res) => void res.writeHead(200, JSON_HEADERS).end(version);
}

/** Faulty platform responses to the reads of a version preview. */
export const MISREADINGS: readonly [title: string, behaviour: Behaviour][] = [
  ['a version that is not JSON', answerWith('{"name":')],
  ['a version that is empty', answerWith('')],
  ['a version that is null', answerWith('null')],
  ['a version that is a list', answerWith('[]')],
  ['a version without a name', answerWith('{}')],
  ['a version whose name is a number', answerWith('{"name":1}')],
  ['a version whose name climbs', answerWith('{"name":".."}')],
];

/** A preview of a version from an upload. */
export const PREVIEW_WAY: FailureCase = {
  title: 'to preview a version',
  appliesTo: ({ template, body }) =>
    template.endsWith('/connector/{connector_id}/http/import/preview') && body?.type.startsWith('multipart/') === true,
  spoil: (good) => good,
  answer: INVALID_ANSWER,
};
