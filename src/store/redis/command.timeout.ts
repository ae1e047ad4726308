/** The command was not answered in time; whether a write took effect is unknown. */
export class CommandTimeout extends Error {
  override readonly name = 'Silence';
}

/** Resolves with the answer, or rejects with a `CommandTimeout`. */
export async function withTimeout<T>(milliseconds: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_resolve, reject) => {
    const fail = (): void => reject(new CommandTimeout(`no answer within ${milliseconds} ms`));
    // Lets pending I/O run first: when this process was busy, the answer may have arrived unread.
    timer = setTimeout(() => setImmediate(fail), milliseconds);
  });
  return Promise.race([answer, silence]).finally(() => clearTimeout(timer));
}

/**
 * Whether an error is about the connection: the server does not answer or no longer takes writes, or a cluster was
 * discovered while forming and some slots have no server, which the client reports as a TypeError.
 */
export function isAboutTheConnection(cause: unknown): boolean {
  return (
    cause instanceof CommandTimeout || cause instanceof TypeError || (cause as Error).message.startsWith('READONLY')
  );
}
