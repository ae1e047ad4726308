/** A page with more requests than this is polling, not waiting for a sign-in: further requests get their 401 response. */
const MAX_HELD = 500;
/** How often a request is resent although there is a session; more would mean that the gateway contradicts itself. */
const MAX_CONTRADICTIONS = 3;

/** The session as seen by held requests. */
export interface SessionView {
  /** The person this page is for; kept when their session ends. */
  readonly subject: () => string | undefined;
  /** Checks whether the person is signed in, after a 401 that says where to sign in. */
  readonly isSignedIn: (loginUrl: string) => Promise<boolean>;
  readonly onCount: (count: number) => void;
}

/**
 * Holds requests that were rejected because the session had ended until the same person has signed in again, and
 * resends them unchanged. The gateway rejects a request before it acts on it, so each of them takes effect once.
 */
export class HeldRequests {
  private readonly waiting = new Set<(isSignedIn: boolean) => void>();

  constructor(
    private readonly session: SessionView,
    private readonly send: (request: Request) => Promise<Response>,
  ) {}

  get count(): number {
    return this.waiting.size;
  }

  /** A replacement for `fetch`. */
  readonly fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const sender = this.session.subject();
    for (let contradictions = 0; ;) {
      const response = await this.send(request.clone());
      const loginUrl = response.status === 401 ? await loginUrlOf(response) : undefined;
      // If no person was signed in before, nothing was interrupted.
      if (loginUrl === undefined || sender === undefined) return response;
      if (await this.session.isSignedIn(loginUrl)) contradictions += 1;
      else if (!(await this.wait(request.signal))) return response;
      if (contradictions >= MAX_CONTRADICTIONS || this.session.subject() !== sender) return response;
    }
  };

  /** Releases all of them: to be resent, or to be answered with their 401 response. */
  release(isSignedIn: boolean): void {
    const released = [...this.waiting];
    this.waiting.clear();
    for (const settle of released) settle(isSignedIn);
  }

  private wait(signal: AbortSignal): Promise<boolean> {
    if (this.waiting.size >= MAX_HELD) return Promise.resolve(false);
    return new Promise((resolve, reject) => {
      const cancel = (): void => {
        this.waiting.delete(settle);
        this.session.onCount(this.waiting.size);
        reject(signal.reason as Error);
      };
      const settle = (isSignedIn: boolean): void => {
        signal.removeEventListener('abort', cancel);
        resolve(isSignedIn);
      };
      if (signal.aborted) return cancel();
      signal.addEventListener('abort', cancel);
      this.waiting.add(settle);
      this.session.onCount(this.waiting.size);
    });
  }
}

/** Where to sign in, from a 401 that signing in resolves; a 401 of the platform itself has none. */
async function loginUrlOf(response: Response): Promise<string | undefined> {
  const problem = (await response
    .clone()
    .json()
    .catch(() => undefined)) as { loginUrl?: unknown } | undefined;
  return typeof problem?.loginUrl === 'string' ? problem.loginUrl : undefined;
}
