import type { Message } from './creations.js';

/** So many places are named for each thing that was noted. */
const MAX_PLACES = 100;

/** What there is to say about a document: each thing once, with all the places where it was noted. */
export class MessageLog {
  private readonly noted = new Map<string, { severity: Message['severity']; places: string[] }>();

  note(severity: Message['severity'], text: string, place: string): void {
    const entry = this.noted.get(text) ?? { severity, places: [] };
    entry.places.push(place);
    this.noted.set(text, entry);
  }

  get messages(): Message[] {
    return [...this.noted].map(([text, { severity, places }]) => {
      const more = places.length > MAX_PLACES ? [`and ${places.length - MAX_PLACES} more`] : [];
      return { text, severity, detail: [...places.slice(0, MAX_PLACES), ...more] };
    });
  }
}
