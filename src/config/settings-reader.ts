import { readFileSync } from 'node:fs';
import { nearestName } from './setting.names.js';

/** Raw settings by name: strings from the environment; strings, numbers or lists from a file. */
export type Settings = Record<string, unknown>;

/** Parses the text of a setting; throws a sentence with the expected form, which does not repeat the text. */
export type Parser<T> = (value: string) => T;

/** Where the names of the settings came from; a file holds only the gateway's, the environment anyone's. */
export interface NameSources {
  /** The file in which a name was last set. */
  readonly files: ReadonlyMap<string, string>;
  readonly environment: ReadonlySet<string>;
}

/** One setting as `gateway check --print` shows it. */
export interface SettingReport {
  readonly name: string;
  /** Hidden for a secret; undefined if it is not set and has no default. */
  readonly value: string | undefined;
  readonly source: string;
}

/** The configuration is invalid. `faults` names each setting once, with its expected form. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly faults: readonly string[]) {
    super(['The configuration has faults:', ...faults.map((fault) => `  - ${fault}`)].join('\n'));
  }
}

const HIDDEN = '(hidden)';
/** A Kubernetes service named like one of our prefixes adds such names to every container of its namespace. */
const SERVICE_LINK = /_SERVICE_(HOST|PORT)|_PORT(_\d+_(TCP|UDP).*)?$/;
/** OpenTelemetry's exporters read variables of their own. */
const OTEL = 'OTEL';
/** First words that also begin names of other programs. */
const COMMON_WORDS = [OTEL, 'NODE', 'HTTP', 'HTTPS', 'NO', 'CA', 'HOME', 'FRONTEND'];

/** Reads settings one by one and collects all errors, so that they are reported together. */
export class SettingsReader {
  /** Settings that are probably wrong but do not prevent a start. */
  readonly warnings: string[] = [];
  readonly reports: SettingReport[] = [];
  private readonly faults: string[] = [];
  private readonly known = new Set<string>();

  constructor(
    private readonly settings: Settings,
    private readonly sources: NameSources = { files: new Map(), environment: new Set() },
  ) {}

  required<T>(name: string, parse: Parser<T>): T {
    const value = this.textOf(name);
    if (value === undefined) this.fault(name, 'is required');
    this.report(name, value, undefined);
    return this.parse(name, value, parse) as T;
  }

  optional<T, D>(name: string, parse: Parser<T>, fallback: D): T | D {
    const value = this.textOf(name);
    this.report(name, value, fallback);
    return value === undefined ? fallback : (this.parse(name, value, parse) as T);
  }

  /** A required secret, by its name or in the file that `NAME_FILE` names. */
  requiredSecret<T>(name: string, parse: Parser<T>): T {
    const value = this.secretOf(name);
    if (value === undefined && this.faults.at(-1)?.startsWith(`${name}_FILE `) !== true)
      this.fault(name, `is required (or ${name}_FILE)`);
    return this.parse(name, value, parse) as T;
  }

  /** An optional secret, by its name or in the file that `NAME_FILE` names. */
  secret<T, D>(name: string, parse: Parser<T>, fallback: D): T | D {
    const value = this.secretOf(name, fallback);
    return value === undefined ? fallback : (this.parse(name, value, parse) as T);
  }

  fault(name: string, sentence: string): void {
    this.faults.push(`${name} ${sentence}`);
  }

  warn(name: string, sentence: string): void {
    this.warnings.push(`${name} ${sentence}`);
  }

  /** Whether a setting is invalid: checks that depend on it are skipped. */
  hasFault(name: string): boolean {
    return this.faults.some((fault) => fault.startsWith(`${name} `) || fault.startsWith(`${name}_FILE `));
  }

  /** Whether a setting is set explicitly, by its name or by `NAME_FILE`. */
  has(name: string): boolean {
    return this.textOf(name) !== undefined || this.textOf(`${name}_FILE`) !== undefined;
  }

  /**
   * Reports unknown names. A file holds settings of the gateway only; a name in the environment is an error if it closely
   * resembles one of ours, and a warning if it merely begins like ours.
   */
  checkNames(): void {
    for (const [name, file] of this.sources.files) {
      if (this.known.has(name)) continue;
      this.fault(name, `in ${file} is not a setting${this.suggestion(name, nearestName(name, this.known, 'any'))}`);
    }
    const prefixes = new Set([...this.known].filter((name) => name.includes('_')).map(firstWord));
    for (const word of COMMON_WORDS) prefixes.delete(word);
    for (const name of this.sources.environment) {
      if (this.known.has(name) || firstWord(name) === OTEL || SERVICE_LINK.test(name)) continue;
      if (name.toUpperCase().endsWith('_PROXY')) continue;
      const nearest = nearestName(name, this.known, 'close');
      if (nearest !== undefined) this.fault(name, `is not a setting${this.suggestion(name, nearest)}`);
      else if (name.includes('_') && prefixes.has(firstWord(name)))
        this.warn(name, 'is not a setting of the gateway and has no effect');
    }
  }

  throwIfFaulty(): void {
    if (this.faults.length > 0) throw new ConfigError(this.faults);
  }

  private suggestion(name: string, nearest: string | undefined): string {
    if (name.endsWith('_FILE') && this.known.has(name.slice(0, -'_FILE'.length)))
      return ': only secrets are read from files of their own';
    return nearest === undefined ? '' : `; did you mean ${nearest}?`;
  }

  private secretOf(name: string, fallback?: unknown): string | undefined {
    const file = this.textOf(`${name}_FILE`);
    const inPlace = this.textOf(name);
    if (file === undefined) {
      this.report(name, inPlace && HIDDEN, fallback);
      return inPlace;
    }
    this.reports.push({ name: `${name}_FILE`, value: file, source: this.sourceOf(`${name}_FILE`) });
    if (inPlace !== undefined) this.fault(name, `is set, and so is ${name}_FILE: remove one of them`);
    return this.contentOf(name, file);
  }

  private contentOf(name: string, file: string): string | undefined {
    try {
      const content = readFileSync(file, 'utf8').trim();
      if (content !== '') return content;
      this.fault(`${name}_FILE`, `names ${file}, which is empty`);
    } catch (error) {
      this.fault(`${name}_FILE`, `names ${file}, which cannot be read (${(error as NodeJS.ErrnoException).code})`);
    }
    return undefined;
  }

  private textOf(name: string): string | undefined {
    this.known.add(name);
    const value = this.settings[name];
    if (value === undefined || value === null) return undefined;
    if (Array.isArray(value)) return value.join(',');
    return typeof value === 'string' ? value.trim() || undefined : JSON.stringify(value);
  }

  private report(name: string, value: string | undefined, fallback: unknown): void {
    const preset = fallback === undefined ? undefined : textOfDefault(fallback);
    const source = value === undefined ? (preset === undefined ? 'not set' : 'default') : this.sourceOf(name);
    this.reports.push({ name, value: value ?? preset, source });
  }

  private sourceOf(name: string): string {
    return this.sources.environment.has(name) ? 'environment' : (this.sources.files.get(name) ?? 'settings');
  }

  /** Returns an invalid value as undefined; `throwIfFaulty` prevents its use. */
  private parse<T>(name: string, value: string | undefined, parse: Parser<T>): T | undefined {
    if (value === undefined) return undefined;
    try {
      if (/^(["']).*\1$/s.test(value)) throw new Error('must not be in quotes: they are part of the value here');
      return parse(value);
    } catch (error) {
      this.fault(name, (error as Error).message);
      return undefined;
    }
  }
}

function firstWord(name: string): string {
  return name.split('_', 1)[0] ?? name;
}

function textOfDefault(value: unknown): string {
  return Array.isArray(value) ? value.join(',') : typeof value === 'string' ? value : JSON.stringify(value);
}
