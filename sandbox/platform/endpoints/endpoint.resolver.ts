import type { DefinitionCatalog } from '../definitions/definition.catalog.js';
import type { Fault } from '../http/api.error.js';
import type { Platform } from '../platform.js';
import type { DefinitionLink, EndpointBody, EndpointResponse } from '../store/records.js';
import { linksOf } from './endpoint.links.js';
import type { EndpointInput, LinkInput } from './endpoint.shape.js';

/** Finds the definitions that an action or trigger names, and reports unknown ones. */
export class LinkResolver {
  readonly faults: Fault[] = [];
  /** Existing ids; an element that is sent back with its id keeps it. */
  private readonly ids: Set<unknown>;

  constructor(
    private readonly platform: Platform,
    private readonly catalog: DefinitionCatalog,
    old?: EndpointBody,
  ) {
    const links = old ? linksOf(old).map(({ link }) => link.id) : [];
    this.ids = new Set([...links, ...(old?.responses ?? []).map(({ id }) => id)]);
  }

  requestBody(sent: NonNullable<EndpointInput['requestBody']>): NonNullable<EndpointBody['requestBody']> {
    return { ...sent, definitions: this.links(sent.definitions, 'requestBody.definitions') };
  }

  responses(sent: EndpointInput['responses']): EndpointResponse[] {
    return sent.map((response, i) => ({
      ...response,
      id: this.keepId(response.id),
      definitions: this.links(response.definitions, `responses[${i}].definitions`),
    }));
  }

  /** A list of links, in which each media type may occur once. */
  private links(links: readonly LinkInput[], field: string): DefinitionLink[] {
    const taken = new Set<string>();
    return links.flatMap(({ id, definition }, i) => {
      const found =
        definition.id === undefined ? this.catalog.byName(definition.name ?? '') : this.catalog.byId(definition.id);
      if (found === undefined) {
        this.faults.push({ field: `${field}[${i}].definition`, message: 'is no definition of this version' });
        return [];
      }
      if (found.body.accept.some((mediaType) => taken.has(mediaType)))
        this.faults.push({ field: `${field}[${i}]`, message: 'accepts a media type that another one accepts already' });
      for (const mediaType of found.body.accept) taken.add(mediaType);
      return [{ id: this.keepId(id), definition: { id: found.id } }];
    });
  }

  /** The id that was sent, if it exists and is used once; else a new one. */
  private keepId(sent: unknown): string {
    return this.ids.delete(sent) ? String(sent) : this.platform.newId();
  }
}
