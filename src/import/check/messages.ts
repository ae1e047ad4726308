import type { Message } from '../../contract/dto/message.dto.js';
import { type Diagnostic, type Path, type Place, pointerOf } from './fault.js';
import { MAX_CHARACTERS, MAX_MESSAGES, MAX_PLACES } from './limits.js';
import { Lines, Locator } from './locator.js';
import type { TextListener } from './text.listener.js';

interface Placed {
  readonly fault: Diagnostic;
  /** Where it is in the text; what concerns the whole file comes first. */
  readonly at: number;
}

const SEVERITIES = ['error', 'warning'];

/** The faults as messages, the worst first and then in the order of the text, each with pointer, line and column. */
export function messagesOf(
  faults: readonly Diagnostic[],
  text: string,
  scan: (listener: TextListener) => void,
): Message[] {
  if (faults.length === 0) return [];
  const locator = new Locator(faults.flatMap(({ places }) => places.filter(isPath)));
  if (faults.some(({ places }) => places.some(isPath))) scan(locator);
  const find = (place: Place): number => (isPath(place) ? locator.placeOf(place) : place);
  const placed = faults.map((fault) => ({ fault, at: fault.places[0] === undefined ? -1 : find(fault.places[0]) }));
  placed.sort(byWeightAndPlace);
  const lines = new Lines(text);
  const tell = (place: Place): string =>
    isPath(place) && place.length > 0
      ? `${shortened(pointerOf(place))} (${lines.tell(find(place))})`
      : lines.tell(find(place));
  return withRest(placed, (fault) => messageOf(fault, tell));
}

function messageOf({ severity, text, places }: Diagnostic, tell: (place: Place) => string): Message {
  const detail = places.slice(0, MAX_PLACES).map(tell);
  if (places.length > MAX_PLACES) detail.push(`and ${places.length - MAX_PLACES} more`);
  return { text: shortened(text), severity, detail };
}

function shortened(text: string): string {
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text;
}

function withRest(placed: readonly Placed[], say: (fault: Diagnostic) => Message): Message[] {
  if (placed.length <= MAX_MESSAGES) return placed.map(({ fault }) => say(fault));
  const told = placed.slice(0, MAX_MESSAGES - 1).map(({ fault }) => say(fault));
  return [...told, { text: `There are ${placed.length - told.length} more messages.`, severity: 'info' }];
}

function byWeightAndPlace(a: Placed, b: Placed): number {
  return SEVERITIES.indexOf(a.fault.severity) - SEVERITIES.indexOf(b.fault.severity) || a.at - b.at;
}

function isPath(place: Place): place is Path {
  return typeof place !== 'number';
}
