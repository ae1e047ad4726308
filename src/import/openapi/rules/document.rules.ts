import type { Diagnostics } from '../diagnostics.js';
import type { OpenApiDocument } from '../document.js';
import { isObject, type Json, listOf, objectOf, own, type Path, textOf } from '../json.js';
import type { Node } from '../shapes.js';

const HOLE = /\{([^{}]*)\}/g;
const MAX_NAMED = 5;

/** Reports violations of OpenAPI that no schema can express: duplicate names, and names that are not defined. */
export class DocumentRules {
  private readonly ids = new Map<string, Path[]>();
  private readonly links: { readonly id: string; readonly path: Path }[] = [];
  private readonly schemes: Json;

  constructor(
    private readonly document: OpenApiDocument,
    private readonly log: Diagnostics,
  ) {
    this.schemes = objectOf(objectOf(document.root, 'components'), 'securitySchemes');
    this.checkSecurity(document.root, []);
    this.checkTemplates();
  }

  /** Receives one object of the document. */
  check({ shape, members, path }: Node): void {
    if (shape === 'operation') {
      this.noteId(members, path);
      this.checkSecurity(members, path);
    }
    if (shape === 'operation' || shape === 'pathItem') this.checkParameters(members, path);
    if (
      shape === 'schema' &&
      !this.document.hasJsonSchema &&
      members['type'] === 'array' &&
      members['items'] === undefined
    )
      this.log.warn('An array has no "items", which OpenAPI 3.0 asks for; its items may be anything.', path);
    if (shape === 'link' && typeof members['operationId'] === 'string')
      this.links.push({ id: members['operationId'], path: [...path, 'operationId'] });
  }

  /** Reports what is known only after all objects. */
  finish(): void {
    for (const [id, places] of this.ids)
      if (places.length > 1)
        this.log.warn(
          `The operationId "${id}" is given to ${places.length} operations; the names of their actions get method and path added.`,
          ...places,
        );
    for (const { id, path } of this.links)
      if (!this.ids.has(id))
        this.log.warn(
          `The link names the operation "${id}", which the document does not have. Links are left out anyway.`,
          path,
        );
  }

  private noteId(operation: Json, path: Path): void {
    const id = textOf(operation, 'operationId');
    if (id === undefined) return;
    const places = this.ids.get(id) ?? [];
    places.push([...path, 'operationId']);
    this.ids.set(id, places);
  }

  /** Since OpenAPI 3.2 a requirement may name its scheme by a URI. */
  private checkSecurity(owner: Json, path: Path): void {
    for (const [index, requirement] of listOf(owner, 'security').entries())
      for (const name of isObject(requirement) ? Object.keys(requirement) : [])
        if (!Object.hasOwn(this.schemes, name) && this.document.find(name) === undefined)
          this.log.warn(
            `The security requirement "${name}" names no security scheme of the document: the connector gets no such way to authenticate. Describe it under components/securitySchemes.`,
            [...path, 'security', index, name],
          );
  }

  private checkParameters(owner: Json, path: Path): void {
    const seen = new Map<string, number>();
    const parameters = listOf(owner, 'parameters');
    for (let index = 0; parameters.length > 1 && index < parameters.length; index++) {
      const parameter = this.document.follow(parameters[index])?.value;
      const [name, place] = [own(parameter, 'name'), own(parameter, 'in')];
      if (typeof name !== 'string' || typeof place !== 'string') continue;
      const before = seen.get(`${place} ${name}`);
      seen.set(`${place} ${name}`, index);
      if (before !== undefined)
        this.log.warn(
          `The parameter "${name}" in ${place} is declared twice in one list; the last one counts.`,
          [...path, 'parameters', index],
          [...path, 'parameters', before],
        );
    }
  }

  /** By the specification they are one path. Only a warning: GitHub's document has such paths, with different methods. */
  private checkTemplates(): void {
    const templates = Object.keys(objectOf(this.document.root, 'paths')).filter((path) => !path.startsWith('x-'));
    for (const same of Map.groupBy(templates, (template) => template.replaceAll(HOLE, '{}')).values()) {
      if (same.length < 2) continue;
      const more = same.length > MAX_NAMED ? ` and ${same.length - MAX_NAMED} more` : '';
      this.log.warn(
        `The paths ${same.slice(0, MAX_NAMED).join(' and ')}${more} are the same but for the names of their parameters.`,
        ...same.map((template) => ['paths', template]),
      );
    }
    for (const template of templates)
      if (template.includes('#'))
        this.log.add('info', 'What follows a "#" in a path is never sent: it only tells paths of the document apart.', {
          at: ['paths', template],
        });
  }
}
