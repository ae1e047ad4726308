import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { pino, type Logger } from 'pino';
import type { Config } from '../config/config.js';
import { digest } from '../crypto/keyring.js';
import type { GatewayRequest } from '../http/exchange.js';
import { type LogSink, LogWriter } from './log.writer.js';
import { IDENTITY } from './pino.logger.js';

const FORBIDDEN = 403;
const READS = new Set(['GET', 'HEAD', 'OPTIONS']);
/** GET operations that nevertheless change something: the end of a sign-in. */
const CHANGING_READS = new Set(['callback']);
/** A process with a silent log writes nothing to standard output. */
const NOWHERE: LogSink = { write: () => undefined, dropped: 0 };
/** How long pending lines may take to reach a file that is being replaced. */
const END_MS = 5_000;
const MAX_ID_CHARACTERS = 128;

/** A session event outside of a request about that session. */
export interface AuditEvent {
  readonly operation: string;
  readonly subject: string | undefined;
  readonly sessionId: string;
  readonly reason: string;
}

/**
 * The audit stream: who changed or ended what, or was refused it. One line per sign-in, logout, revocation and changing
 * operation, distinguished from the request log by `"log":"audit"`. A person appears as the digest that the session
 * store uses, so that lines can be searched by person and reveal none.
 */
export class AuditLog {
  private readonly logger: Logger;

  constructor(
    private readonly issuer: string,
    sink: LogSink,
  ) {
    this.logger = pino({ base: { ...IDENTITY, log: 'audit' } }, sink);
  }

  /** A completed request. */
  request(req: GatewayRequest, status: number): void {
    if (!isAudited(req, status)) return;
    const { requestId, operation, person, params, failure } = req;
    this.logger.info(
      {
        requestId,
        operation,
        person: this.personOf(person),
        resource: idsOf(params),
        outcome: outcomeOf(status),
        status,
        code: failure?.slice(0, MAX_ID_CHARACTERS),
        ip: req.ip ?? null,
      },
      'audit',
    );
  }

  /** An ended session. */
  event({ operation, subject, sessionId, reason }: AuditEvent): void {
    const resource = { session: sessionId };
    this.logger.info({ operation, person: this.personOf(subject), resource, outcome: 'success', reason }, 'audit');
  }

  private personOf(subject: string | undefined): string | null {
    return subject === undefined ? null : digest(this.issuer, subject);
  }
}

/**
 * The destination of audit lines: the log, or a separate file.
 * @throws Error that names a file which cannot be written
 */
export function createAuditSink({ auditLog: target, logLevel }: Config, log: LogSink): LogSink {
  if (target === 'stdout') return logLevel === 'silent' ? NOWHERE : log;
  return new AuditFile(target);
}

/** A file of audit lines, reopened on SIGHUP, after log rotation has moved it. */
class AuditFile implements LogSink {
  private fd: number;
  private writer: LogWriter;
  private droppedBefore = 0;

  constructor(private readonly path: string) {
    mkdirSync(dirname(path), { recursive: true });
    this.fd = openSync(path, 'a', 0o600);
    this.writer = new LogWriter(this.fd);
    process.on('SIGHUP', () => void this.reopen());
    process.once('exit', () => void this.writer.endNow());
  }

  get dropped(): number {
    return this.droppedBefore + this.writer.dropped;
  }

  write(line: string): void {
    this.writer.write(line);
  }

  private async reopen(): Promise<void> {
    const { fd, writer } = this;
    this.fd = openSync(this.path, 'a', 0o600);
    this.writer = new LogWriter(this.fd);
    await writer.end(END_MS);
    this.droppedBefore += writer.dropped;
    closeSync(fd);
  }
}

function isAudited({ method = '', operation }: GatewayRequest, status: number): boolean {
  if (operation === undefined) return false;
  return !READS.has(method) || CHANGING_READS.has(operation) || status === FORBIDDEN;
}

function outcomeOf(status: number): 'success' | 'refused' | 'failed' | 'abandoned' {
  if (status < 400) return 'success';
  if (status === 499) return 'abandoned';
  return status < 500 ? 'refused' : 'failed';
}

/** The path parameters, which name the resources; those of a rejected request may contain anything, so they are truncated. */
function idsOf(params: GatewayRequest['params']): Record<string, string> {
  const entries = Object.entries(params).map(
    ([name, value = '']) => [name, value.slice(0, MAX_ID_CHARACTERS)] as const,
  );
  return Object.fromEntries(entries);
}
