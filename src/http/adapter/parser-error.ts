import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { Problem } from '../problem.js';
import { PROBLEM_JSON } from '../problem.response.js';
import { nextRequestId } from '../exchange.js';

/** What Node's HTTP parser says, by its error code. */
const PARSER_PROBLEMS: Record<string, Problem> = {
  HPE_HEADER_OVERFLOW: new Problem('headers_too_large'),
  HPE_CHUNK_EXTENSIONS_OVERFLOW: new Problem('content_too_large', {
    message: 'The chunk extensions of the request are too large.',
  }),
  ERR_HTTP_REQUEST_TIMEOUT: new Problem('request_timeout'),
};
const MALFORMED = new Problem('malformed_request');

/** A connection as Node's server keeps it: with the answer that is being written, as its own handler looks at it too. */
type Answering = Socket & { readonly _httpMessage?: ServerResponse | null };

/**
 * Answers what is not HTTP: there is no request and no response yet, so the one error shape is written by hand. Behind an
 * answer that has begun it would be read as a part of that: the connection is cut instead.
 */
export function answerParserError(error: NodeJS.ErrnoException, socket: Answering): void {
  // oxlint-disable-next-line eslint/no-underscore-dangle -- Node's name; there is no other way from a socket to its answer
  if (error.code === 'ECONNRESET' || !socket.writable || socket._httpMessage?.headersSent === true)
    return void socket.destroy();
  const problem = PARSER_PROBLEMS[error.code ?? ''] ?? MALFORMED;
  const requestId = nextRequestId();
  const body = JSON.stringify(problem.toBody({ requestId, path: '/' }));
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    `Content-Type: ${PROBLEM_JSON}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
