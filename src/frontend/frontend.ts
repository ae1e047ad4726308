import type { Request, RequestHandler, Response } from 'express';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, resolve as resolvePath, sep } from 'node:path';
import type { GatewayRequest, GatewayResponse } from '../http/exchange.js';

/** The gateway's own paths. The page is never served in place of an answer that a client expects from them. */
const RESERVED = /^\/(?:api|auth|health|docs|metrics|openapi\.json)(?:\/|$)/;
/** Names that bundlers give to files whose content never changes: `index-DiwrgTda.js`, `app.3f2a9c1b.css`. */
const HASHED = /[-.][\w-]{8,}\.\w+$/;
const ENCODINGS = { br: '.br', gzip: '.gz' } as const;
const PAGE = 'index.html';

/** The directory cannot be served as a frontend. */
export class FrontendError extends Error {
  override readonly name = 'FrontendError';
}

/**
 * Serves a built single-page application beside the API, from one origin (`FRONTEND_DIR`): files by their names, and
 * `index.html` for every other path of a navigation. Files are listed once, at startup; `<file>.br` and `<file>.gz` are sent
 * to clients that accept them.
 */
export class Frontend {
  private readonly root: string;
  /** Entity tags by file name; a file that is not in it is not served. */
  private readonly tags: ReadonlyMap<string, string>;
  private readonly policy: string;

  /**
   * @param storageOrigins where the page may send documents besides its own origin
   * @throws FrontendError when the directory cannot be read or has no `index.html`
   */
  constructor(directory: string, storageOrigins: readonly string[]) {
    this.policy = policyFor(storageOrigins);
    this.root = resolvePath(directory);
    this.tags = tagsOf(this.root);
    if (!this.tags.has(PAGE)) throw new FrontendError(`FRONTEND_DIR: there is no ${PAGE} in ${this.root}`);
  }

  /** For requests that no route matches: a file, the page, or nothing, and then the next handler answers. */
  readonly handler: RequestHandler = (req, res, next) => {
    if ((req.method !== 'GET' && req.method !== 'HEAD') || RESERVED.test(req.path)) return next();
    const file = fileName(req.path);
    if (file !== undefined && file !== PAGE && this.tags.has(file)) this.send(file, req, res).catch(next);
    else if (isNavigation(req)) this.sendPage(req as never, res as never).catch(next);
    else next();
  };

  /** Sends the page itself. Rejects when it cannot be read any more. */
  sendPage(req: GatewayRequest, res: GatewayResponse): Promise<void> {
    res.setHeader('Content-Security-Policy', this.policy);
    return this.send(PAGE, req as unknown as Request, res as unknown as Response);
  }

  private send(file: string, req: Request, res: Response): Promise<void> {
    const encoding = this.encodingFor(file, req);
    const stored = encoding === undefined ? file : file + ENCODINGS[encoding];
    res.type(extname(file));
    res.setHeader('Vary', 'Accept-Encoding');
    res.setHeader('ETag', this.tags.get(stored) ?? '');
    res.setHeader('Cache-Control', HASHED.test(file) ? 'public, max-age=31536000, immutable' : 'no-cache');
    if (encoding !== undefined) res.setHeader('Content-Encoding', encoding);
    // By its tag alone: images are built with the same time stamp for every file.
    return new Promise((resolve, reject) => {
      res.sendFile(stored, { root: this.root, cacheControl: false, lastModified: false }, (error?: Error) =>
        error === undefined || res.headersSent ? resolve() : reject(error),
      );
    });
  }

  private encodingFor(file: string, req: Request): keyof typeof ENCODINGS | undefined {
    // Browsers list gzip first and mean no preference by it (RFC 9110, section 12.5.3), so the smaller one is chosen.
    const accepted = req.acceptsEncodings();
    return (Object.keys(ENCODINGS) as (keyof typeof ENCODINGS)[]).find(
      (encoding) => accepted.includes(encoding) && this.tags.has(file + ENCODINGS[encoding]),
    );
  }
}

/** No inline script or style, nothing from other origins but uploads to the storage, in no frame. */
function policyFor(storageOrigins: readonly string[]): string {
  const connect = ["'self'", ...new Set(storageOrigins)].join(' ');
  return (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; " +
    `connect-src ${connect}; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`
  );
}

/** Whether a browser is about to show the answer. A path may look like a file's name: `/versions/1.0.0`. */
function isNavigation(req: Request): boolean {
  if (/\/\./.test(req.path) || req.accepts(['html', 'json']) !== 'html') return false;
  const mode = req.headers['sec-fetch-mode'];
  return mode === undefined ? extname(req.path) === '' : mode === 'navigate';
}

function fileName(path: string): string | undefined {
  try {
    return decodeURIComponent(path.slice(1));
  } catch {
    return undefined;
  }
}

/** Hidden files are left out: `.env`, `.git` and the like are not part of a frontend. */
function tagsOf(root: string): ReadonlyMap<string, string> {
  try {
    const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const names = files.map(({ parentPath, name }) => join(parentPath, name).slice(root.length + 1));
    const visible = names.filter((name) => !name.split(sep).some((part) => part.startsWith('.')));
    return new Map(visible.map((name) => [name.replaceAll(sep, '/'), tagOf(join(root, name))]));
  } catch (cause) {
    throw new FrontendError(`FRONTEND_DIR: ${root} cannot be read`, { cause });
  }
}

function tagOf(file: string): string {
  return `"${createHash('sha256').update(readFileSync(file)).digest('base64url').slice(0, 22)}"`;
}
