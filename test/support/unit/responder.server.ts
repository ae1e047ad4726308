import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GatewayRequest, GatewayResponse, type Responder } from '../../../src/http/exchange.js';
import { Problem } from '../../../src/http/problem.js';
import { sendProblem } from '../../../src/http/problem.response.js';

/** What a handler returns for a request. */
export type Respond = (req: GatewayRequest) => Responder;

/** Sends what a handler returns to real clients: the gateway's requests and responses, without guards, routes and logs. */
export interface ResponderServer {
  readonly url: string;
  /** The requests that arrived. */
  readonly requests: readonly GatewayRequest[];
  /** What responders were rejected with. */
  readonly failures: readonly unknown[];
  /** Sets the handler of later requests. */
  respond(respond: Respond): void;
  close(): Promise<void>;
}

/** Starts it. Problems are sent as the gateway sends them. */
export async function startResponderServer(): Promise<ResponderServer> {
  const requests: GatewayRequest[] = [];
  const failures: unknown[] = [];
  let respond: Respond | undefined;

  async function answer(req: GatewayRequest, res: GatewayResponse): Promise<void> {
    req.res = res;
    requests.push(req);
    try {
      await respond?.(req).sendTo(res);
    } catch (error) {
      failures.push(error);
      sendProblem(res, error instanceof Problem ? error : new Problem('internal_error', { cause: error }));
    }
  }

  const server = createServer(
    { IncomingMessage: GatewayRequest, ServerResponse: GatewayResponse },
    (req, res) => void answer(req, res as GatewayResponse),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    failures,
    respond: (next) => void (respond = next),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
