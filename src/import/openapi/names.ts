/** Makes names out of anything: of the allowed characters, and each only once. */
export class Names {
  private readonly taken = new Set<string>();
  /** The number to try next, for names that were wanted before: in an alphabet of its own, a document wants but one. */
  private readonly next = new Map<string, number>();

  /** @param forbidden runs of characters that a name must not have */
  constructor(private readonly forbidden: RegExp) {}

  /** A name as close as possible to the wanted one. */
  make(wanted: string): string {
    const replaced = wanted.replaceAll(this.forbidden, '_');
    const fitting = (replaced === wanted ? wanted : replaced.replaceAll(/^_+|_+$/g, '')) || 'unnamed';
    let [name, n] = [fitting, this.next.get(fitting) ?? 2];
    for (; this.taken.has(name); n++) name = `${fitting}_${n}`;
    this.next.set(fitting, n);
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
