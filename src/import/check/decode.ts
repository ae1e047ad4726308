import { isUtf8 } from 'node:buffer';
import { Unreadable } from './fault.js';

/** Marks at the beginning of a file (or what takes their place in text without one) that tell another encoding. */
const FOREIGN = [
  { name: 'UTF-32', marks: ['fffe0000', '0000feff'] },
  { name: 'UTF-16', marks: ['fffe', 'feff', '7b00', '007b'] },
] as const;
const BYTE_ORDER_MARK = '\ufeff';

/**
 * The text of a file, without byte order mark.
 * @throws Unreadable when it is empty, or anything else than UTF-8
 */
export function decode(bytes: Buffer): string {
  const beginning = bytes.subarray(0, 4).toString('hex');
  for (const { name, marks } of FOREIGN)
    if (marks.some((mark) => beginning.startsWith(mark)))
      throw new Unreadable(`The file is written in ${name}; save it as UTF-8.`);
  const text = bytes.toString('utf8');
  if (!isUtf8(bytes)) throw notUtf8(bytes, text);
  const content = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  if (content.trim() === '') throw new Unreadable('The file is empty.');
  return content;
}

/** Decoding has replaced what it could not read: written again, the text differs from the file there first. */
function notUtf8(bytes: Buffer, text: string): Unreadable {
  const again = Buffer.from(text);
  const at = bytes.findIndex((byte, index) => byte !== again[index]);
  const before = bytes.toString('utf8', 0, at).replace(BYTE_ORDER_MARK, '');
  const lines = before.split(/\r\n|\r|\n/);
  const place = `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
  return new Unreadable(`The file is not valid UTF-8: byte ${at + 1} (${place}) does not belong there.`);
}
