import { Socket } from 'node:net';
import type { Dispatcher } from 'undici';
import { describe, expect, it } from 'vitest';
import { GatewayRequest } from '../http/exchange.js';
import { Problem } from '../http/problem.js';
import { Admission } from './admission.js';
import { CallStatistics } from './call.statistics.js';
import { path } from './path.js';
import { PlatformCall, type Upstream } from './platform.call.js';
import type { Bearer } from './platform.request.js';

/** The `authorization` headers that a call with this bearer is sent with. */
async function sentWith(bearer: Bearer): Promise<string[]> {
  const sent: string[] = [];
  const pool = {
    dispatch({ headers }: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler) {
      sent.push((headers as string[])[(headers as string[]).indexOf('authorization') + 1] ?? '');
      handler.onResponseError?.({} as Dispatcher.DispatchController, new Error('no answer'));
    },
  };
  const upstream = { admission: new Admission(), statistics: new CallStatistics(), pool, basePath: '', timeoutMs: 1 };
  const request = { method: 'POST', path: path`/categories`, query: '', body: null } as const;
  const call = new PlatformCall(upstream as unknown as Upstream, bearer, request);
  await call.collect(new GatewayRequest(new Socket())).catch(() => undefined);
  return sent;
}

function noToken(): Promise<string> {
  return Promise.reject(new Problem('reauthentication_required'));
}

describe('S7: a call whose token expired while the request waited', () => {
  const stale = { subject: 'ann', token: 'ended', renew: () => Promise.resolve(undefined) };

  it('is sent with the new token', async () => {
    expect(await sentWith({ ...stale, freshToken: () => Promise.resolve('next') })).toEqual(['Bearer next']);
  });

  it('is not sent without a token', async () => {
    expect(await sentWith({ ...stale, freshToken: noToken })).toEqual([]);
  });
});
