import { readFileSync } from 'node:fs';

// Examples of answers, made from the API document: of its schemas, and of the values in its examples of requests.

const MAX_DEPTH = 6;
const FORMATS = { 'date-time': '2026-11-02T09:30:00Z', uri: 'https://shop.example/', date: '2026-11-02' };

/** The source of a module that has an example of the successful answer of each operation. */
export function examplesModule(file, nameOf) {
  const document = JSON.parse(readFileSync(file, 'utf8'));
  const sampler = new Sampler(document);
  const examples = operationsOf(document).flatMap(({ path, method, operation }) => {
    const success = Object.entries(operation.responses).find(([status]) => status.startsWith('2'));
    if (success === undefined) return [];
    const [status, { content }] = success;
    const schema = content?.['application/json']?.schema;
    const body = schema === undefined ? '' : `, body: ${JSON.stringify(sampler.sample(schema))}`;
    return `  ${nameOf(operation.operationId)}: { method: '${method}', path: '${path}', status: ${status}${body} },\n`;
  });
  return `// This file is auto-generated from the API document.\n\n/** An answer of one operation. */\nexport interface Example {\n  readonly method: 'get' | 'post' | 'put' | 'delete' | 'patch';\n  readonly path: string;\n  readonly status: number;\n  readonly body?: unknown;\n}\n\n/** An example of the successful answer of each operation. */\nexport const EXAMPLES = {\n${examples.join('')}} satisfies Record<string, Example>;\n`;
}

function operationsOf({ paths }) {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );
}

/** Makes values that a schema describes. */
class Sampler {
  constructor(document) {
    this.schemas = document.components.schemas;
    /** The values in the document's own examples, by the name of their member. */
    this.known = new Map();
    for (const { operation } of operationsOf(document))
      for (const { example, examples } of Object.values(operation.requestBody?.content ?? {})) {
        if (example !== undefined) this.learn(example);
        for (const { value } of Object.values(examples ?? {})) this.learn(value);
      }
  }

  learn(value, name) {
    if (name !== undefined && !this.known.has(name)) this.known.set(name, value);
    if (typeof value !== 'object' || value === null) return;
    for (const [member, inner] of Object.entries(value)) this.learn(inner, Array.isArray(value) ? undefined : member);
  }

  sample(schema, name, depth = 0) {
    if (schema.$ref !== undefined) return this.sample(this.schemas[schema.$ref.split('/').at(-1)], name, depth + 1);
    if (schema.const !== undefined) return schema.const;
    if (schema.allOf !== undefined)
      return Object.assign({}, ...schema.allOf.map((part) => this.sample(part, name, depth)));
    const [variant] = schema.oneOf ?? schema.anyOf ?? [];
    if (variant !== undefined) return this.variant(schema, variant, name, depth);
    if (schema.enum !== undefined) return schema.enum[0];
    if (schema.type === 'object' || schema.properties !== undefined) return this.object(schema, depth);
    if (schema.type === 'array') return depth > MAX_DEPTH ? [] : [this.sample(schema.items ?? {}, name, depth + 1)];
    return this.scalar(schema, name);
  }

  variant({ discriminator }, variant, name, depth) {
    const value = this.sample(variant, name, depth);
    if (discriminator === undefined || typeof value !== 'object') return value;
    const [kind] = Object.entries(discriminator.mapping ?? {}).find(([, ref]) => ref === variant.$ref) ?? [];
    return kind === undefined ? value : { ...value, [discriminator.propertyName]: kind };
  }

  object({ properties = {}, required = [] }, depth) {
    const members = Object.entries(properties).filter(
      ([name, schema]) => required.includes(name) || (depth < 3 && this.isKnown(name, schema)),
    );
    return Object.fromEntries(members.map(([name, schema]) => [name, this.sample(schema, name, depth + 1)]));
  }

  isKnown(name, schema) {
    return schema.type !== undefined && schema.type === typeof this.known.get(name);
  }

  scalar({ type: types, format, minimum, default: usual }, name) {
    const [type] = [types].flat();
    if (FORMATS[format] !== undefined) return FORMATS[format];
    const known = this.known.get(name);
    if (type === typeof known) return known;
    if (usual !== undefined) return usual;
    if (type === 'integer' || type === 'number') return minimum ?? 1;
    if (type === 'boolean') return false;
    return type === 'string' ? `A ${name ?? 'text'}` : {};
  }
}
