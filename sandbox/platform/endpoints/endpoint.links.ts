import type { DefinitionLink, EndpointBody } from '../store/records.js';

/** Copies an action or trigger with each link to a definition replaced or removed. */
export function mapLinks(
  body: EndpointBody,
  change: (link: DefinitionLink, field: string) => object | undefined,
): EndpointBody {
  const mapAll = (links: readonly DefinitionLink[], field: string) =>
    links.flatMap((link, i) => change(link, `${field}.definitions[${i}]`) ?? []) as DefinitionLink[];
  return {
    ...body,
    ...(body.requestBody && {
      requestBody: { ...body.requestBody, definitions: mapAll(body.requestBody.definitions, 'requestBody') },
    }),
    responses: body.responses.map((response, i) => ({
      ...response,
      definitions: mapAll(response.definitions, `responses[${i}]`),
    })),
  };
}

/** Every link from an action or trigger to a definition, with its place. */
export function linksOf(body: EndpointBody): { link: DefinitionLink; field: string }[] {
  const found: { link: DefinitionLink; field: string }[] = [];
  mapLinks(body, (link, field) => void found.push({ link, field }));
  return found;
}
