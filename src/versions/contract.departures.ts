import { Injectable, Logger } from '@nestjs/common';
import { departuresOf } from '../contract/validation/departures.js';
import type { Dto } from '../contract/validation/metadata.js';
import { Metrics } from '../observability/metrics.js';

/** Maximum number of logged departures, by operation and member: there are no more members than this. */
const MAX_LOGGED = 1_000;

/** Compares platform responses with the contract. Counts every departure, and logs each kind once. */
@Injectable()
export class ContractDepartures {
  private readonly logger = new Logger(ContractDepartures.name);
  private readonly logged = new Set<string>();

  constructor(private readonly metrics: Metrics) {}

  /** `at` is the place of the value in the response, such as `actions[]`; empty for the whole response. */
  check(operation: string, dto: Dto, value: unknown, at = ''): void {
    for (const member of departuresOf(dto, value)) this.note(operation, join(at, member));
  }

  /** Records a departure found elsewhere. Values are never logged. */
  note(operation: string, member: string): void {
    this.metrics.departure(operation, member);
    const kind = `${operation} ${member}`;
    if (this.logged.has(kind) || this.logged.size >= MAX_LOGGED) return;
    this.logged.add(kind);
    this.logger.warn({ operation, member }, 'the platform departs from its contract');
  }
}

function join(at: string, member: string): string {
  if (at === '' || member === '') return at + member;
  return `${at}.${member}`;
}
