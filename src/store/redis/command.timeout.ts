/** No answer in time: nobody knows whether a write has taken place. */
export class CommandTimeout extends Error {
  override readonly name = 'Silence';
}

/** The answer, or a `Silence` when it does not come in time. */
export async function withTimeout<T>(milliseconds: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_resolve, reject) => {
    const fail = (): void => reject(new CommandTimeout(`no answer within ${milliseconds} ms`));
    // Behind what has come in meanwhile: when this process was busy, the answer may be here, only not read yet.
    timer = setTimeout(() => setImmediate(fail), milliseconds);
  });
  return Promise.race([answer, silence]).finally(() => clearTimeout(timer));
}

/**
 * A server that is silent, or no longer the one that takes writes, is not the one to listen to; and a cluster that the
 * client found while it was forming has slots that it knows no server of, which it says by a TypeError.
 */
export function isAboutTheConnection(cause: unknown): boolean {
  return (
    cause instanceof CommandTimeout || cause instanceof TypeError || (cause as Error).message.startsWith('READONLY')
  );
}
