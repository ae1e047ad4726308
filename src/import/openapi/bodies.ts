import type { NewLink, NewRequestBody, NewResponse } from './creations.js';
import { isObject, type Json, objectOf, type OpenApiDocument } from './document.js';
import type { MessageLog } from './message.log.js';
import type { SchemaBook } from './schemas.js';

/** Reads the bodies of the operations of one document. */
export class Bodies {
  constructor(
    private readonly document: OpenApiDocument,
    private readonly book: SchemaBook,
    private readonly log: MessageLog,
  ) {}

  /** The body of a request; undefined where it has none. */
  requestOf(operation: Json, name: string): NewRequestBody | undefined {
    if (operation['requestBody'] === undefined) return undefined;
    const body = this.document.resolve(operation['requestBody']);
    return { required: body['required'] === true, definitions: this.links(body, `${name}_request`) };
  }

  /** The responses of an operation, of which there has to be one. */
  responsesOf(operation: Json, name: string): NewResponse[] {
    const responses = Object.entries(objectOf(operation, 'responses')).flatMap(([key, sent]): NewResponse[] => {
      const status = /^[1-5]\d\d$/.test(key) ? Number(key) : undefined;
      if (status === undefined && key !== 'default') {
        if (!key.startsWith('x-'))
          this.log.note('warning', 'Only single statuses can be taken over.', `${name}: ${key}`);
        return [];
      }
      const definitions = this.links(this.document.resolve(sent), `${name}_${key}`);
      return [{ ...(status !== undefined && { status }), definitions }];
    });
    if (responses.length > 0) return responses;
    this.log.note(
      'warning',
      'Some operations have no response that can be taken over; they have an empty one now.',
      name,
    );
    return [{ definitions: [] }];
  }

  private links(body: Json, wanted: string): NewLink[] {
    const types = new Map<string, unknown>();
    for (const [key, media] of Object.entries(objectOf(body, 'content'))) {
      const mediaType = (key.split(';')[0] ?? '').trim().toLowerCase();
      if (!/^[\w.+*-]+\/[\w.+*-]+$/.test(mediaType) || types.has(mediaType))
        this.log.note('warning', 'Some media types are none, or come twice.', `${wanted}: ${key}`);
      else if (isObject(media) && media['schema'] !== undefined) types.set(mediaType, media['schema']);
    }
    return [...types].flatMap(([mediaType, schema]) => {
      const name = this.book.nameOf(schema, mediaType, wanted);
      return name === undefined ? [] : [{ definition: { name } }];
    });
  }
}
