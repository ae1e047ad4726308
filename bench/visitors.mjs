import { setTimeout as sleep } from 'node:timers/promises';
import { signInAtGateway } from './gateway.mjs';
import { checkAnswer, WORK } from './work.mjs';

const PAUSE_MS = 50;
const work = WORK.find(({ name }) => name === 'get-1kb');

/** People who come one after the other: each signs in, asks once, signs out, and may then no longer ask. */
export class Visitors {
  count = 0;
  wrong = 0;
  #gateway;
  #isOver = false;
  #visits;

  constructor(gateway) {
    this.#gateway = gateway;
    this.#visits = this.#comeAndGo();
  }

  async end() {
    this.#isOver = true;
    await this.#visits;
  }

  async #comeAndGo() {
    for (; !this.#isOver; await sleep(PAUSE_MS)) {
      this.count += 1;
      await this.#visit().catch((error) => {
        this.wrong += 1;
        console.log(`A visitor got a wrong answer: ${error.message}`);
      });
    }
  }

  async #visit() {
    const caller = { ...this.#gateway, headers: await signInAtGateway(this.#gateway) };
    await checkAnswer(work, caller);
    await signOut(caller);
    await checkAnswer({ ...work, status: 401 }, caller);
  }
}

/** @throws Error when the gateway does not sign out */
export async function signOut({ url, headers }) {
  const answer = await fetch(`${url}/auth/logout`, { method: 'POST', headers: { ...headers, 'X-CSRF': '1' } });
  await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`the sign-out got ${answer.status}`);
}
