const LINE_FEED = 0x0a;
const RETURN = 0x0d;

/** Tells line and column of a character, both counted from 1, columns as editors count them (UTF-16). */
export class Lines {
  /** Where each line begins. */
  private readonly begins: number[] = [0];

  constructor(text: string) {
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === LINE_FEED || (code === RETURN && text.charCodeAt(at + 1) !== LINE_FEED)) this.begins.push(at + 1);
    }
  }

  /** `line 12, column 9` */
  tell(at: number): string {
    let [low, high] = [0, this.begins.length];
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.begins[middle] ?? 0) <= at) low = middle;
      else high = middle;
    }
    return `line ${low + 1}, column ${at - (this.begins[low] ?? 0) + 1}`;
  }
}
