import request from 'supertest';
import { afterEach, describe, expect, it } from 'vitest';
import { cookiesOf } from '../support/gateway.js';
import { hasRedis, WITHOUT_REDIS } from '../support/redis.js';
import { call, Replicas, type SharedStore } from '../support/replicas.js';

let replicas: Replicas;
afterEach(() => replicas.close());

const STORES: readonly SharedStore[] = hasRedis() ? ['SQLite', 'Redis'] : ['SQLite'];

describe(`the callback of a sign-in${WITHOUT_REDIS}`, () => {
  it.each(STORES)('I3: on two replicas at once redeems its code once, and both respond alike (%s)', async (store) => {
    replicas = await Replicas.start(store);
    const [one, two] = replicas.all;
    const login = await request(one.url).get('/auth/login').query({ returnTo: '/app' }).expect(302);
    const authorized = await fetch(String(login.headers['location']), { redirect: 'manual' });
    const { pathname, search } = new URL(authorized.headers.get('location') ?? '');
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    replicas.identity.beforeToken = () => held;
    const visit = (url: string) =>
      request(url)
        .get(pathname + search)
        .set('Cookie', cookiesOf(login).join('; '));
    const asked = [one, two, one, two].map((replica) => visit(replica.url).then((answer) => answer));
    await expect.poll(() => replicas.identity.tokenRequests.length).toBe(1);
    release();
    const answers = await Promise.all(asked);
    expect(new Set(answers.map((answer) => `${answer.status} ${answer.headers['location']}`))).toEqual(
      new Set(['303 /app']),
    );
    const sessions = new Set(
      answers.map((answer) => cookiesOf(answer).find((cookie) => cookie.startsWith('session='))),
    );
    expect(sessions.size).toBe(1);
    expect(replicas.identity.tokenRequests).toHaveLength(1);
    for (const replica of [one, two]) expect((await call(replica, String([...sessions][0]))).status).toBe(200);
  });
});
