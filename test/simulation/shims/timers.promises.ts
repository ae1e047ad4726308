/** `node:timers/promises` in virtual time: the global timers are the schedule's. */
export function setTimeout<T>(delayMs?: number, value?: T): Promise<T | undefined> {
  return new Promise((resolve) => void globalThis.setTimeout(() => resolve(value), delayMs));
}

export function setImmediate<T>(value?: T): Promise<T | undefined> {
  return new Promise((resolve) => void globalThis.setImmediate(() => resolve(value)));
}
