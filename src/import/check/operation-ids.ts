import { type Diagnostic, type Path, errorAt } from './fault.js';
import type { Node } from './walk.js';

/** Finds operations that share an `operationId`, by which they are called when they become actions. */
export class OperationIds {
  private readonly places = new Map<string, Path[]>();

  /** Takes note of one object of the document. */
  note({ shape, members: { operationId }, path }: Node): void {
    if (shape !== 'operation' || typeof operationId !== 'string') return;
    const places = this.places.get(operationId) ?? [];
    places.push([...path, 'operationId']);
    this.places.set(operationId, places);
  }

  /** What is wrong, after every object has been noted. */
  faults(): Diagnostic[] {
    return [...this.places]
      .filter(([, places]) => places.length > 1)
      .map(([id, places]) => errorAt(`The operationId "${id}" belongs to ${places.length} operations.`, ...places));
  }
}
