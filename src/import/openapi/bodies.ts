import type { NewLink, NewRequestBody, NewResponse } from './connector.model.js';
import type { Diagnostics } from './diagnostics.js';
import type { OpenApiDocument } from './document.js';
import type { Effort } from './effort.js';
import { isObject, type Json, objectOf, type Path } from './json.js';
import type { SchemaBook } from './schemas.js';

/** Reads the bodies of the operations of one document. */
export class Bodies {
  constructor(
    private readonly document: OpenApiDocument,
    private readonly book: SchemaBook,
    private readonly log: Diagnostics,
    private readonly effort: Effort,
  ) {}

  /** The request body; undefined if there is none. */
  requestOf(operation: Json, name: string, at: Path): NewRequestBody | undefined {
    if (!isObject(operation['requestBody'])) return undefined;
    const body = this.document.resolve(operation['requestBody']);
    return {
      required: body['required'] === true,
      definitions: this.links(body, `${name}_request`, [...at, 'requestBody']),
    };
  }

  /** The responses of an operation, of which there must be at least one. */
  responsesOf(operation: Json, name: string, at: Path): NewResponse[] {
    const sent = Object.entries(this.document.resolve(operation['responses']));
    const success = this.rangeForOthers(sent, name, at);
    const responses = sent.flatMap(([key, value]): NewResponse[] => {
      this.effort.spend();
      const status = /^[1-5]\d\d$/.test(key) ? Number(key) : undefined;
      if (status === undefined && key !== 'default' && key !== success) {
        this.noteStatus(key, name, at);
        return [];
      }
      const place = [...at, 'responses', key];
      const response = this.document.resolve(value);
      if (Object.keys(objectOf(response, 'links')).length > 0)
        this.log.add('info', 'Links between operations are left out.', { at: place, label: `${name}: ${key}` });
      const definitions = this.links(response, `${name}_${key}`, place);
      return [{ ...(status !== undefined && { status }), definitions }];
    });
    if (responses.length > 0) return responses;
    this.log.add('warning', 'Some operations have no response that can be taken over; they get an empty one.', {
      at,
      label: name,
    });
    return [{ definitions: [] }];
  }

  /** A range of statuses is imported as `default`, if there is none: the response without a status. */
  private rangeForOthers(sent: readonly (readonly [string, unknown])[], name: string, at: Path): string | undefined {
    if (sent.some(([key]) => key === 'default')) return undefined;
    const ranges = sent.map(([key]) => key).filter((key) => /^[1-5]xx$/i.test(key));
    const [range] = ranges.toSorted((a, b) => Number(b.startsWith('2')) - Number(a.startsWith('2')));
    if (range !== undefined)
      this.log.add(
        'info',
        'A connector knows single statuses and one response for all others; that of a range of statuses is taken as the latter.',
        { at: [...at, 'responses', range], label: `${name}: ${range}` },
      );
    return range;
  }

  private noteStatus(key: string, name: string, at: Path): void {
    if (key.startsWith('x-')) return;
    this.log.add('warning', 'Only single statuses and "default" can be taken over; other responses are left out.', {
      at: [...at, 'responses', key],
      label: `${name}: ${key}`,
    });
  }

  /** One definition per media type; parameters such as `charset` do not create another one. */
  private links(body: Json, wanted: string, at: Path): NewLink[] {
    const links: NewLink[] = [];
    const types = new Set<string>();
    for (const [key, sent] of Object.entries(this.contentOf(body))) {
      this.effort.spend();
      const label = `${wanted}: ${key}`;
      const mediaType = (key.split(';', 1)[0] ?? '').trim().toLowerCase();
      if (!/^[\w!#$&^.+*-]+\/[\w!#$&^.+*-]+$/.test(mediaType)) {
        this.log.add('warning', 'Some media types are not valid; their bodies are left out.', { at, label });
      } else if (types.has(mediaType)) {
        this.log.add(
          'warning',
          'Some bodies have one media type twice, but for parameters such as charset; the first one is taken.',
          { at, label },
        );
      } else {
        types.add(mediaType);
        const link = this.linkOf(sent, mediaType, wanted, { at, label });
        if (link !== undefined) links.push(link);
      }
    }
    return links;
  }

  private linkOf(sent: unknown, mediaType: string, wanted: string, place: { at: Path; label: string }) {
    const target = this.document.follow(sent);
    const media = isObject(target?.value) ? target.value : {};
    if (Object.keys(objectOf(media, 'encoding')).length > 0)
      this.log.add('info', 'How the parts of a form are encoded is left out.', place);
    const schema = this.schemaOf(media, place);
    return this.book.linkTo({ schema, resource: target?.resource, mediaType, wanted, place });
  }

  /** A body without a schema may be anything; a sequential one is a list of its items. */
  private schemaOf(media: Json, place: { at: Path; label: string }): unknown {
    if (media['schema'] !== undefined && media['schema'] !== null) return media['schema'];
    if (media['itemSchema'] !== undefined) {
      this.log.add('info', 'A stream of items is taken over as a list of them.', place);
      return { type: 'array', items: media['itemSchema'] };
    }
    this.log.add('info', 'Some bodies have no schema; their definitions allow anything.', place);
    return {};
  }

  private contentOf(body: Json): Json {
    const content = objectOf(body, 'content');
    return typeof content['$ref'] === 'string' ? this.document.resolve(content) : content;
  }
}
