/** A promise that did not hold in some state of a schedule. */
export class Violation extends Error {
  override readonly name = 'Violation';

  constructor(
    readonly property: string,
    sentence: string,
  ) {
    super(`${property}: ${sentence}`);
  }
}
