import type { Message } from '../../contract/dto/message.dto.js';
import { type Diagnostic, type Diagnostics, type Place, shortened } from '../openapi/diagnostics.js';
import { type Path, pointerOf } from '../openapi/json.js';
import type { Parsed } from '../openapi/text/parse.js';
import { Lines, Locator } from '../openapi/text/text.places.js';

const SEVERITIES = ['error', 'warning', 'info'];

/**
 * The diagnostics as messages, the worst first and then in the order of the text, each with its places: pointer or name,
 * line and column.
 */
export function messagesOf(log: Diagnostics, source: Parsed | Buffer): Message[] {
  const found = log.all;
  if (found.length === 0) return [];
  const places = new Places(found, source);
  return found
    .map((diagnostic) => ({ diagnostic, at: places.positionOf(diagnostic.places[0]) }))
    .toSorted(
      (a, b) => SEVERITIES.indexOf(a.diagnostic.severity) - SEVERITIES.indexOf(b.diagnostic.severity) || a.at - b.at,
    )
    .map(({ diagnostic }) => messageOf(diagnostic, places));
}

function messageOf({ severity, text, places, count }: Diagnostic, all: Places): Message {
  const detail = places.map((place) => all.describe(place));
  if (count > places.length) detail.push(`and ${count - places.length} more`);
  return { text, severity, detail };
}

/** Finds the places of diagnostics in the text. */
class Places {
  private readonly locator: Locator;
  private readonly lines: Lines;

  private readonly inText: (path: Path) => Path;

  constructor(found: readonly Diagnostic[], source: Parsed | Buffer) {
    this.inText = !Buffer.isBuffer(source) && source.placeInText ? source.placeInText : (path) => path;
    const paths = found.flatMap(({ places }) => places.flatMap(({ at }) => (isPath(at) ? [this.inText(at)] : [])));
    this.locator = new Locator(paths);
    const isText = !Buffer.isBuffer(source);
    if (isText && paths.length > 0) source.scan(this.locator);
    this.lines = new Lines(isText ? source.text : source.toString('utf8').replace(/^\ufeff/, ''));
  }

  /** Diagnostics of the whole file come first. */
  positionOf(place: Place | undefined): number {
    if (place?.at === undefined) return place === undefined ? -1 : Number.MAX_SAFE_INTEGER;
    return isPath(place.at) ? this.locator.placeOf(this.inText(place.at)) : place.at;
  }

  describe(place: Place): string {
    if (place.at === undefined) return shortened(place.label ?? '');
    const where = this.lines.placeOf(this.positionOf(place));
    const name = place.label ?? (isPath(place.at) ? pointerOf(this.inText(place.at)) : '');
    return name === '' ? where : `${shortened(name)} (${where})`;
  }
}

function isPath(at: Place['at']): at is Path {
  return typeof at === 'object';
}
