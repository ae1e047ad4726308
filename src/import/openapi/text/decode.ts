import { isUtf8 } from 'node:buffer';
import { Unreadable } from '../diagnostics.js';

/** Binary file formats, by the bytes that they start with. */
const BINARY = [
  { bytes: '1f8b', sentence: 'The file is compressed with gzip; unpack it and upload the document itself.' },
  { bytes: '504b0304', sentence: 'The file is a ZIP archive; unpack it and upload the document itself.' },
  { bytes: '504b0506', sentence: 'The file is an empty ZIP archive; upload an OpenAPI document.' },
  { bytes: '25504446', sentence: 'The file is a PDF; upload the OpenAPI document that it was made of.' },
  { bytes: '89504e47', sentence: 'The file is a PNG image; upload an OpenAPI document.' },
  { bytes: 'ffd8ff', sentence: 'The file is a JPEG image; upload an OpenAPI document.' },
  { bytes: '47494638', sentence: 'The file is a GIF image; upload an OpenAPI document.' },
  { bytes: '28b52ffd', sentence: 'The file is compressed with zstd; unpack it and upload the document itself.' },
  { bytes: '425a68', sentence: 'The file is compressed with bzip2; unpack it and upload the document itself.' },
  { bytes: 'fd377a585a00', sentence: 'The file is compressed with xz; unpack it and upload the document itself.' },
  { bytes: '377abcaf271c', sentence: 'The file is a 7-Zip archive; unpack it and upload the document itself.' },
  { bytes: 'd0cf11e0a1b11ae1', sentence: 'The file is an old Office document; upload an OpenAPI document.' },
] as const;
/** Byte order marks of other encodings, or the byte patterns of files without one. */
const ENCODINGS = [
  { name: 'UTF-32', marks: ['fffe0000', '0000feff'] },
  { name: 'UTF-16', marks: ['fffe', 'feff', '7b00', '007b'] },
] as const;
const BYTE_ORDER_MARK = '\ufeff';

/**
 * The text of a file, without byte order mark.
 * @throws Unreadable when it is empty, another kind of file, or not UTF-8
 */
export function decode(bytes: Buffer): string {
  const beginning = bytes.subarray(0, 8).toString('hex');
  const binary = BINARY.find((kind) => beginning.startsWith(kind.bytes));
  if (binary !== undefined) throw new Unreadable(binary.sentence);
  for (const { name, marks } of ENCODINGS)
    if (marks.some((mark) => beginning.startsWith(mark)))
      throw new Unreadable(`The file is encoded in ${name}; save it as UTF-8.`);
  const text = bytes.toString('utf8');
  if (!isUtf8(bytes)) throw notUtf8(bytes, text);
  const content = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  if (content.trim() === '') throw new Unreadable('The file is empty.');
  return content;
}

/** Decoding has replaced invalid bytes: encoded again, the text differs from the file at the first of them. */
function notUtf8(bytes: Buffer, text: string): Unreadable {
  const again = Buffer.from(text);
  const at = bytes.findIndex((byte, index) => byte !== again[index]);
  const before = bytes.toString('utf8', 0, at).replace(BYTE_ORDER_MARK, '');
  const lines = before.split(/\r\n|\r|\n/);
  const place = `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
  return new Unreadable(`The file is not valid UTF-8: byte ${at + 1} (${place}) is invalid. Save it as UTF-8.`);
}
