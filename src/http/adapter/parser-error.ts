import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { Problem } from '../problem.js';
import { PROBLEM_JSON } from '../problem.response.js';
import { nextRequestId } from '../exchange.js';

/** Problems by the error code of Node's HTTP parser. */
const PARSER_PROBLEMS: Record<string, Problem> = {
  HPE_HEADER_OVERFLOW: new Problem('headers_too_large'),
  HPE_CHUNK_EXTENSIONS_OVERFLOW: new Problem('content_too_large', {
    message: 'The chunk extensions of the request are too large.',
  }),
  ERR_HTTP_REQUEST_TIMEOUT: new Problem('request_timeout'),
};
const MALFORMED = new Problem('malformed_request');

/** A server's socket, with the response that is being written on it. */
type Answering = Socket & { readonly _httpMessage?: ServerResponse | null };

/**
 * Answers input that is not HTTP. There is no request or response object yet, so the problem is written by hand. After
 * a response has begun it would be read as part of that, so the connection is closed instead.
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
