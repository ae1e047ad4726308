/** Settings by name as they were found: text from the environment, text, numbers or lists from a file. */
export type Settings = Record<string, unknown>;

/** Turns the text of a setting into its value; throws a sentence that says what it must be, without repeating it. */
export type Parser<T> = (value: string) => T;

/** The configuration cannot be used. `faults` names each setting once, with what it must be. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly faults: readonly string[]) {
    super(['The configuration has faults:', ...faults.map((fault) => `  - ${fault}`)].join('\n'));
  }
}

/** Reads settings one by one and remembers every fault, so that all of them are told at once. */
export class SettingsReader {
  private readonly faults: string[] = [];

  constructor(private readonly settings: Settings) {}

  required<T>(name: string, parse: Parser<T>): T {
    const value = this.textOf(name);
    if (value === undefined) this.fault(name, 'is required');
    return this.parse(name, value, parse) as T;
  }

  optional<T, D>(name: string, parse: Parser<T>, fallback: D): T | D {
    const value = this.textOf(name);
    return value === undefined ? fallback : (this.parse(name, value, parse) as T);
  }

  fault(name: string, sentence: string): void {
    this.faults.push(`${name} ${sentence}`);
  }

  throwIfFaulty(): void {
    if (this.faults.length > 0) throw new ConfigError(this.faults);
  }

  private textOf(name: string): string | undefined {
    const value = this.settings[name];
    if (value === undefined || value === null) return undefined;
    if (Array.isArray(value)) return value.join(',');
    return typeof value === 'string' ? value.trim() : JSON.stringify(value);
  }

  /** A faulty value comes back as undefined: nobody sees it, since `throwIfFaulty` follows. */
  private parse<T>(name: string, value: string | undefined, parse: Parser<T>): T | undefined {
    if (value === undefined) return undefined;
    try {
      return parse(value);
    } catch (error) {
      this.fault(name, (error as Error).message);
      return undefined;
    }
  }
}
