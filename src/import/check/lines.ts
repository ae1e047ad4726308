const LINE_BREAK = /\r\n|\r|\n/g;

/** Tells line and column of a character, both counted from 1, columns as editors count them (UTF-16). */
export class Lines {
  private readonly begins: readonly number[];

  constructor(text: string) {
    this.begins = [0, ...Array.from(text.matchAll(LINE_BREAK), ({ index, 0: sign }) => index + sign.length)];
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
