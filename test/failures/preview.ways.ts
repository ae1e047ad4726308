import type { Behaviour } from '../support/fake-platform.js';
import type { Expected } from './answer.faults.js';
import type { Way } from './way.js';

const INVALID_ANSWER: Expected = { status: 502, code: 'platform_answer_invalid' };
const JSON_HEADERS = { 'content-type': 'application/json' };
const VERSION = '{"name":"1.0"}';

/** Answers the questions for the latest version and for its actions. */
function answerWith(version: string, actions = '{"actions":[]}'): Behaviour {
  return ({ target }, res) =>
    void res.writeHead(200, JSON_HEADERS).end(target.includes('/actions') ? actions : version);
}

/** What a preview of a version reads of the platform, other than it should be. */
export const MISREADINGS: readonly [title: string, behaviour: Behaviour][] = [
  ['a version that is not JSON', answerWith('{"name":')],
  ['a version that is empty', answerWith('')],
  ['a version that is null', answerWith('null')],
  ['a version that is a list', answerWith('[]')],
  ['a version without a name', answerWith('{}')],
  ['a version whose name is a number', answerWith('{"name":1}')],
  ['a version whose name climbs', answerWith('{"name":".."}')],
  ['actions that are not JSON', answerWith(VERSION, '<html>')],
  ['actions that are null', answerWith(VERSION, 'null')],
  ['no actions', answerWith(VERSION, '{}')],
  ['actions that are a text', answerWith(VERSION, '{"actions":"a"}')],
  ['actions of which one is null', answerWith(VERSION, '{"actions":[null]}')],
  ['actions without anything', answerWith(VERSION, '{"actions":[{"type":"http"}]}')],
  ['actions without end', answerWith(VERSION, '{"actions":[],"next":7}')],
];

/** A preview of a version from an upload. */
export const PREVIEW_WAY: Way = {
  title: 'to preview a version',
  appliesTo: ({ template, body }) =>
    template.endsWith('/connector/{connector_id}/http/import/preview') && body?.type.startsWith('multipart/') === true,
  spoil: (good) => good,
  answer: INVALID_ANSWER,
};
