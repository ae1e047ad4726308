/** Is told what stands in a text, in its order. `at` is the character where it begins, counted from 0. */
export interface TextListener {
  /** An object or a list begins. */
  open(at: number, isList: boolean): void;
  /** A key of the object that was opened last; its value follows. */
  key(at: number, name: string): void;
  /** A value that holds no others. */
  leaf(at: number): void;
  /** What was opened last ends. */
  close(): void;
}
