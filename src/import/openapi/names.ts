/** Makes names out of anything: of the allowed characters, and each only once. */
export class Names {
  private readonly taken = new Set<string>();

  /** @param forbidden runs of characters that a name must not have */
  constructor(private readonly forbidden: RegExp) {}

  /** A name as close as possible to the wanted one. */
  make(wanted: string): string {
    const replaced = wanted.replaceAll(this.forbidden, '_');
    const fitting = (replaced === wanted ? wanted : replaced.replaceAll(/^_+|_+$/g, '')) || 'unnamed';
    let name = fitting;
    for (let n = 2; this.taken.has(name); n++) name = `${fitting}_${n}`;
    this.taken.add(name);
    return name;
  }
}

/** Names of actions, or of triggers. */
export function endpointNames(): Names {
  return new Names(/[^a-zA-Z0-9_\-$]+/g);
}

/** Names of definitions. */
export function definitionNames(): Names {
  return new Names(/[^a-zA-Z0-9_-]+/g);
}
