import type { INestApplication } from '@nestjs/common';
import { SwaggerModule } from '@nestjs/swagger';
import type { Response } from 'express';
import { PROBLEM_PAGE } from '../http/problem.catalogue.js';
import { createDocument } from './document.js';
import { toPage } from './errors.page.js';
import { errorReference } from './errors.reference.js';

/** Serves the API document and a page to read and try it. Both are made when they are first asked for. */
export function setUpDocs(app: INestApplication): void {
  let errors: string | undefined;
  app.getHttpAdapter().get(PROBLEM_PAGE, (_req: unknown, res: Response) => {
    errors ??= toPage(errorReference(createDocument(app)));
    res.type('html').send(errors);
  });
  SwaggerModule.setup('docs', app, () => createDocument(app), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'Connect Gateway',
    swaggerOptions: {
      // Same-origin calls carry the session cookie by themselves.
      requestInterceptor: addCsrfHeader,
      docExpansion: 'list',
      displayRequestDuration: true,
    },
  });
}

/** Runs in the page: the same header that every frontend sends. */
function addCsrfHeader(request: { headers: Record<string, string> }): unknown {
  request.headers['X-CSRF'] = '1';
  return request;
}
