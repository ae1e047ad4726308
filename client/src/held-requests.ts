/** Beyond this many a page does not wait for a sign-in, it polls: further requests are answered with their refusal. */
const MAX_HELD = 500;
/** How often a request is sent again although there is a session: more would be a gateway that contradicts itself. */
const MAX_CONTRADICTIONS = 3;

/** What holding requests needs to know of the session. */
export interface SessionView {
  /** The person whom this page is for; kept when their session ends. */
  readonly subject: () => string | undefined;
  /** Finds out whether the person is signed in, after a refusal that says where to sign in. */
  readonly isSignedIn: (loginUrl: string) => Promise<boolean>;
  readonly onCount: (count: number) => void;
}

/**
 * Keeps requests that were refused because the session had ended, until the same person has signed in again, and sends
 * them again as they were. The gateway refuses before it does anything, so each of them is done once.
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

  /** Takes the place of `fetch`. */
  readonly fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const sender = this.session.subject();
    for (let contradictions = 0; ;) {
      const response = await this.send(request.clone());
      const loginUrl = response.status === 401 ? await loginUrlOf(response) : undefined;
      // Of a person who was never signed in here nothing was interrupted.
      if (loginUrl === undefined || sender === undefined) return response;
      if (await this.session.isSignedIn(loginUrl)) contradictions += 1;
      else if (!(await this.wait(request.signal))) return response;
      if (contradictions >= MAX_CONTRADICTIONS || this.session.subject() !== sender) return response;
    }
  };

  /** Lets all of them go: to be sent again, or to be answered with their refusal. */
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

/** Where to sign in, of a refusal that signing in answers; a 401 of the platform itself has none. */
async function loginUrlOf(response: Response): Promise<string | undefined> {
  const problem = (await response
    .clone()
    .json()
    .catch(() => undefined)) as { loginUrl?: unknown } | undefined;
  return typeof problem?.loginUrl === 'string' ? problem.loginUrl : undefined;
}
