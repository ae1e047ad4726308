/**
 * The faults to inject: the gateway rejects temporarily (`503`, `429`), responds late (`slow`), reports an unknown
 * outcome of the call (`unknown`), performs the call but its response is lost (`lost`), or the session ends before
 * the request (`ended`).
 */
export const FAULTS = ['503', '429', 'slow', 'unknown', 'lost', 'ended'] as const;

/** One kind of fault. */
export type Fault = (typeof FAULTS)[number];

/** The header that names a fault in a request. */
export const FAULT_HEADER = 'x-sandbox-fault';

/** Faults for the next requests to an address. */
interface Armed {
  readonly fault: Fault;
  /** Prefix of the path. */
  readonly path: string;
  times: number;
}

/** The name of a fault, or undefined. */
export function faultOf(name: unknown): Fault | undefined {
  return FAULTS.find((fault) => fault === name);
}

/** Decides which requests fail. */
export class FaultPlan {
  private armed: Armed[] = [];

  arm(fault: Fault, path: string, times: number): void {
    this.armed.push({ fault, path, times });
  }

  clear(): void {
    this.armed = [];
  }

  /** The fault of a request: the one in its header, or the one armed for its address. */
  take(path: string, header: unknown): Fault | undefined {
    const asked = faultOf(header);
    if (asked !== undefined) return asked;
    const armed = this.armed.find((one) => path.startsWith(one.path));
    if (armed === undefined) return undefined;
    armed.times -= 1;
    if (armed.times <= 0) this.armed = this.armed.filter((one) => one !== armed);
    return armed.fault;
  }
}
