import type { GatewayRequest } from '../../http/exchange.js';

/** Maximum offset of the document's part headers: after the metadata and a few part headers. */
const MAX_BYTES = 80 * 1024;

/**
 * Reads the media type of an uploaded file with its parameters, such as `text/yaml; charset=utf-8`: multer keeps only
 * the type. Only the beginning of the form is buffered.
 */
export class PartMediaType {
  private readonly chunks: Buffer[] = [];
  private bytes = 0;
  private readonly boundary: string | undefined;

  constructor(req: GatewayRequest) {
    const [, quoted, plain] = /\bboundary=(?:"([^"]+)"|([^\s;]+))/i.exec(req.headers['content-type'] ?? '') ?? [];
    this.boundary = quoted ?? plain;
    const take = (chunk: Buffer): void => {
      this.chunks.push(chunk.length > MAX_BYTES - this.bytes ? chunk.subarray(0, MAX_BYTES - this.bytes) : chunk);
      this.bytes += chunk.length;
      if (this.bytes >= MAX_BYTES) req.off('data', take);
    };
    req.on('data', take);
  }

  /** The media type of the named part as sent; undefined if it has none or is not found. */
  of(name: string): string | undefined {
    const text = Buffer.concat(this.chunks).toString('latin1');
    for (const part of this.boundary === undefined ? [] : `\r\n${text}`.split(`\r\n--${this.boundary}`)) {
      const [head = ''] = part.split('\r\n\r\n', 1);
      const lines = head.split('\r\n');
      const isNamed = lines.some((line) => /^content-disposition:/i.test(line) && line.includes(` name="${name}"`));
      if (isNamed)
        return lines
          .find((line) => /^content-type:/i.test(line))
          ?.replace(/^[^:]*:\s*/, '')
          .trim();
    }
    return undefined;
  }
}
