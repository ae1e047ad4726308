import {
  MESSAGE_KINDS,
  type MessageKind,
  SEVERITIES,
  type Severity,
  type VersionMessage,
  type VersionMessagesQuery,
} from '../contract/dto/version-messages.dto.js';
import { clip, filterOf, firstOf } from './answer.bounds.js';

/** Messages that one answer lists. */
export const MAX_MESSAGES = 200;
const MAX_TEXT = 1_000;
const MAX_NAME = 256;
const MAX_DETAIL = 20;
const MAX_DETAIL_TEXT = 300;

/** Collects the messages about a version: counts all of them, and keeps those that the answer will list. */
export class MessageLog {
  private readonly severities = { error: 0, warning: 0, info: 0 };
  private readonly kinds = Object.fromEntries(MESSAGE_KINDS.map((kind) => [kind, 0])) as Record<MessageKind, number>;
  /** By severity and kind, in the order in which they are listed. */
  private readonly kept = new Map(
    SEVERITIES.flatMap((severity) => MESSAGE_KINDS.map((kind) => [`${severity} ${kind}`, [] as VersionMessage[]])),
  );
  private wanted = 0;
  private connectionErrors = 0;
  private readonly wants: (severity: Severity, kind: MessageKind) => boolean;

  constructor({ severity, kind }: VersionMessagesQuery) {
    const [wantsSeverity, wantsKind] = [filterOf(severity), filterOf(kind)];
    this.wants = (one, other) => wantsSeverity(one) && wantsKind(other);
  }

  add(message: VersionMessage): void {
    const { severity, subject } = message;
    this.severities[severity] += 1;
    this.kinds[subject.kind] += 1;
    if (severity === 'error' && subject.kind === 'connection') this.connectionErrors += 1;
    if (!this.wants(severity, subject.kind)) return;
    this.wanted += 1;
    const kept = this.kept.get(`${severity} ${subject.kind}`);
    if (kept !== undefined && kept.length < MAX_MESSAGES) kept.push(clipped(message));
  }

  get errorsOfConnections(): number {
    return this.connectionErrors;
  }

  get counts(): Readonly<Record<Severity, number>> {
    return this.severities;
  }

  get countsByKind(): Readonly<Record<MessageKind, number>> {
    return this.kinds;
  }

  /** What to list, the worst first, and how many more there are. */
  list(): { messages: VersionMessage[]; omitted: number } {
    const messages = firstOf([...this.kept.values()].flat(), MAX_MESSAGES);
    return { messages: [...messages], omitted: this.wanted - messages.length };
  }
}

function clipped(message: VersionMessage): VersionMessage {
  const { text, severity, detail, subject, field } = message;
  const more = detail.length > MAX_DETAIL ? [`And ${detail.length - MAX_DETAIL} more.`] : [];
  return {
    text: clip(text, MAX_TEXT),
    severity,
    detail: [...detail.slice(0, MAX_DETAIL).map((point) => clip(point, MAX_DETAIL_TEXT)), ...more],
    subject: { kind: subject.kind, name: clip(subject.name, MAX_NAME), id: clip(subject.id, MAX_NAME) },
    ...(field !== undefined && { field: clip(field, MAX_NAME) }),
  };
}
