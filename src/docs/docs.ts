import type { INestApplication } from '@nestjs/common';
import type { Response } from 'express';
import { readFileSync } from 'node:fs';
import { PROBLEM_PAGE } from '../http/problem.catalogue.js';
import { createDocument } from './document.js';
import { toPage } from './errors.page.js';
import { errorReference } from './errors.reference.js';

/** The files of the page at /docs, by path: plain HTML, CSS and JavaScript, so that nothing has to be built for it. */
const FILES = [
  ['/docs', 'reference.html', 'text/html'],
  ['/docs/reference.css', 'reference.css', 'text/css'],
  ['/docs/reference.js', 'reference.js', 'text/javascript'],
] as const;

/** Serves the API document, a page to read and try it, and the page about errors. Each is made when it is first requested. */
export function setUpDocs(app: INestApplication): void {
  const http = app.getHttpAdapter();
  const document = once(() => createDocument(app));
  const json = once(() => JSON.stringify(document()));
  const errors = once(() => toPage(errorReference(document())));
  http.get('/openapi.json', (_req: unknown, res: Response) => res.type('application/json').send(json()));
  http.get(PROBLEM_PAGE, (_req: unknown, res: Response) => res.type('text/html').send(errors()));
  for (const [path, file, type] of FILES) {
    const content = once(() => readFileSync(new URL(`./page/${file}`, import.meta.url), 'utf8'));
    http.get(path, (_req: unknown, res: Response) => res.type(type).send(content()));
  }
}

function once<T>(create: () => T): () => T {
  let value: T | undefined;
  return () => (value ??= create());
}
