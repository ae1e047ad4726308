import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as api from '@connect-gateway/client';
import { type Chain, startChain } from './chain.js';
import { connectionsChapter } from './story/connections.chapter.js';
import { connectorsChapter } from './story/connectors.chapter.js';
import { importsChapter } from './story/imports.chapter.js';
import type { Story } from './story/story.js';
import { reviewChapter } from './story/review.chapter.js';
import { versionsChapter } from './story/versions.chapter.js';
import { must, refused } from './client-outcome.js';
import { isOfPlatform } from './own.paths.js';

const { paths } = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as { paths: Record<string, object> };

let chain: Chain;
const succeeded = new Set<string>();
const story: Story = {
  platformUrl: () => chain.platformUrl,
  connector: { organisation_id: '', connector_id: '' },
};

beforeAll(async () => {
  chain = await startChain();
  api.client.setConfig({ baseUrl: chain.url, headers: { 'X-CSRF': '1' } });
  api.client.interceptors.response.use((response, { method }, { url }) => {
    if (response.ok) succeeded.add(`${method.toLowerCase()} ${url}`);
    return response;
  });
});
afterAll(() => chain.close());

describe('the session', () => {
  it('is missing at first; the problem contains the sign-in URL', async () => {
    const problem = await refused(api.listCategories());
    expect(problem).toMatchObject({ status: 401, code: 'unauthenticated', loginUrl: '/auth/login' });
    expect(await must(api.authSession())).toEqual({ authenticated: false, loginUrl: '/auth/login' });
  });

  it('exists after signing in', async () => {
    api.client.setConfig({ headers: { Cookie: await chain.signIn() } });
    expect(await must(api.authSession())).toMatchObject({ authenticated: true, user: { email: 'demo@example.com' } });
  });
});

connectorsChapter(story);
versionsChapter(story);
reviewChapter();
connectionsChapter(story);
importsChapter(story);

describe('in the end', () => {
  it('a connector in use is deleted with force', async () => {
    const path = story.connector;
    await must(api.createConnectorVersion({ path, body: { name: 'last', fromVersion: '3.0+1' } }));
    await must(api.publishConnector({ path: { ...path, version: 'last' } }));
    expect(await refused(api.deleteConnector({ path }))).toMatchObject({ status: 409, code: 'connector_in_use' });
    await must(api.deleteConnector({ path, query: { force: true } }));
  });

  it('every operation of the platform has succeeded at least once', () => {
    const all = Object.entries(paths).flatMap(([path, item]) =>
      isOfPlatform(path) ? Object.keys(item).map((method) => `${method} ${path}`) : [],
    );
    expect(all).toHaveLength(49);
    expect(all.filter((operation) => !succeeded.has(operation))).toEqual([]);
  });

  it('the session is listed, ended, and no longer accepted', async () => {
    const [session] = await must(api.authList());
    expect(await refused(api.authEndOne({ path: { id: 'unknown' } }))).toMatchObject({ code: 'session_not_found' });
    await must(api.authEndOne({ path: { id: session?.id ?? '' } }));
    expect(await refused(api.listCategories())).toMatchObject({ status: 401 });
    expect(await must(api.authLogout())).toMatchObject({ logoutUrl: expect.any(String) });
  });
});
