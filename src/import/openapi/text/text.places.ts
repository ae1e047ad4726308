import type { Path } from '../json.js';

/** Receives the values of a text in order. `at` is the position of each, in characters counted from 0. */
export interface TextListener {
  /** An object or a list starts. */
  open(at: number, isList: boolean): void;
  /** A key of the innermost open object; its value follows. */
  key(at: number, name: string): void;
  /** A scalar value. */
  leaf(at: number): void;
  /** The innermost open container ends. */
  close(): void;
}

/** A step on one of the searched paths. */
interface Step {
  at: number | undefined;
  readonly next: Map<string, Step>;
}

interface Frame {
  readonly step: Step | undefined;
  readonly isList: boolean;
  /** In a list: the index of the next item. */
  index: number;
}

/** Finds the positions of values in a text: of a member at its key, of a list item at its value. */
export class Locator implements TextListener {
  private readonly root: Step = { at: undefined, next: new Map() };
  private readonly frames: Frame[] = [];
  private member: Step | undefined;

  constructor(paths: Iterable<Path>) {
    for (const path of paths) this.want(path);
  }

  /** The position of a value; for one that is not in the text (behind an alias), of its nearest ancestor. */
  placeOf(path: Path): number {
    let at = this.root.at ?? 0;
    let step: Step | undefined = this.root;
    for (const segment of path) {
      step = step?.next.get(String(segment));
      at = step?.at ?? at;
    }
    return at;
  }

  open(at: number, isList: boolean): void {
    this.frames.push({ step: this.arrive(at), isList, index: 0 });
  }

  key(at: number, name: string): void {
    this.member = this.frames.at(-1)?.step?.next.get(name);
    if (this.member !== undefined) this.member.at = at;
  }

  leaf(at: number): void {
    this.arrive(at);
  }

  close(): void {
    this.frames.pop();
  }

  private want(path: Path): void {
    let step = this.root;
    for (const segment of path.map(String)) {
      const next = step.next.get(segment) ?? { at: undefined, next: new Map<string, Step>() };
      step.next.set(segment, next);
      step = next;
    }
  }

  /** The step that matches the value at this place, if it is searched for. */
  private arrive(at: number): Step | undefined {
    const frame = this.frames.at(-1);
    if (frame !== undefined && !frame.isList) return this.member;
    const step = frame === undefined ? this.root : frame.step?.next.get(String(frame.index++));
    if (step !== undefined && at >= 0) step.at = at;
    return step;
  }
}

const LINE_FEED = 0x0a;
const RETURN = 0x0d;

/** Gives line and column of a character, both counted from 1, columns as editors count them (UTF-16). */
export class Lines {
  /** The start of each line. */
  private readonly begins: number[] = [0];

  constructor(text: string) {
    // `indexOf` finds the common line ends fastest.
    if (text.includes('\r')) this.findReturns(text);
    else for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.begins.push(at + 1);
  }

  /** `line 12, column 9` */
  placeOf(at: number): string {
    let [low, high] = [0, this.begins.length];
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.begins[middle] ?? 0) <= at) low = middle;
      else high = middle;
    }
    return `line ${low + 1}, column ${at - (this.begins[low] ?? 0) + 1}`;
  }

  private findReturns(text: string): void {
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === LINE_FEED || (code === RETURN && text.charCodeAt(at + 1) !== LINE_FEED)) this.begins.push(at + 1);
    }
  }
}
