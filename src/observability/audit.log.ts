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
/** Reads by their method that nevertheless change something: the end of a sign-in. */
const CHANGING_READS = new Set(['callback']);
/** A process whose log is silent writes nothing to standard output. */
const NOWHERE: LogSink = { write: () => undefined, dropped: 0 };
/** How long lines may take to reach a file that is left for another one. */
const END_MS = 5_000;
const MAX_ID_CHARACTERS = 128;

/** Something that happened to a session outside of a request about it. */
export interface AuditEvent {
  readonly operation: string;
  readonly subject: string | undefined;
  readonly sessionId: string;
  readonly reason: string;
}

/**
 * The audit stream: who changed, ended or was refused what. One line per sign-in, logout, revocation and changing
 * operation, told apart from the request log by `"log":"audit"`. A person is the digest by which the session store knows
 * them, so that a person can be looked for and none can be read.
 */
export class AuditLog {
  private readonly logger: Logger;

  constructor(
    private readonly issuer: string,
    sink: LogSink,
  ) {
    this.logger = pino({ base: { ...IDENTITY, log: 'audit' } }, sink);
  }

  /** A request that is over. */
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

  /** A session that ended. */
  event({ operation, subject, sessionId, reason }: AuditEvent): void {
    const resource = { session: sessionId };
    this.logger.info({ operation, person: this.personOf(subject), resource, outcome: 'success', reason }, 'audit');
  }

  private personOf(subject: string | undefined): string | null {
    return subject === undefined ? null : digest(this.issuer, subject);
  }
}

/**
 * Where audit lines go: into the log, or into a file of their own.
 * @throws Error that names a file which cannot be written
 */
export function createAuditSink({ auditLog: target, logLevel }: Config, log: LogSink): LogSink {
  if (target === 'stdout') return logLevel === 'silent' ? NOWHERE : log;
  return new AuditFile(target);
}

/** A file of audit lines, which is opened again on SIGHUP, after it was moved away. */
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

/** The path's parameters, which name the resources; what was refused may hold anything. */
function idsOf(params: GatewayRequest['params']): Record<string, string> {
  const entries = Object.entries(params).map(
    ([name, value = '']) => [name, value.slice(0, MAX_ID_CHARACTERS)] as const,
  );
  return Object.fromEntries(entries);
}
