// A simple reference implementation: it holds everything in memory, has no bounds and truncates nothing. It
// shares no code with the gateway, so that the two agree only if both are right.

type Json = Record<string, unknown>;

/** All data of a version on the platform. */
export interface WholeVersion {
  readonly version: Json;
  readonly actions: readonly Json[];
  readonly triggers: readonly Json[];
  readonly definitions: readonly Json[];
  readonly schemas: Readonly<Record<string, unknown>>;
}

const list = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);

/** Every message: severity, kind, name, text. */
export function messagesByScript(connector: Json, { version, actions, triggers, definitions }: WholeVersion): string[] {
  const found: string[] = [];
  const say = (severity: unknown, kind: string, name: unknown, text: unknown) =>
    found.push([severity, kind, name, text].join(' | '));
  for (const { text, severity } of list(version['messages'])) say(severity, 'version', version['name'], text);
  for (const config of list(connector['authSchemeConfigs']))
    for (const { text, severity } of list(config['validationMessages']))
      say(severity, 'authSchemeConfig', config['description'], text);
  for (const [kind, endpoints] of [
    ['action', actions],
    ['trigger', triggers],
  ] as const)
    for (const endpoint of endpoints)
      for (const { message, severity } of list(endpoint['errors'])) say(severity, kind, endpoint['name'], message);
  for (const { name, referencedBy } of definitions)
    if (list(referencedBy).length === 0) say('info', 'definition', name, 'Nothing refers to it.');
  return found.toSorted();
}

/** Added, removed and changed entries by kind and name, without details. */
export function differenceByScript(
  before: WholeVersion,
  after: WholeVersion,
): { changes: string[]; unchanged: number } {
  const changes: string[] = [];
  let unchanged = 0;
  for (const kind of ['action', 'trigger', 'definition'] as const) {
    const [was, is] = [index(before, kind), index(after, kind)];
    for (const name of new Set([...was.keys(), ...is.keys()])) {
      if (!was.has(name)) changes.push(`${kind} ${name} added`);
      else if (!is.has(name)) changes.push(`${kind} ${name} removed`);
      else if (was.get(name) !== is.get(name)) changes.push(`${kind} ${name} changed`);
      else unchanged += 1;
    }
  }
  return { changes: changes.toSorted(), unchanged };
}

function index(version: WholeVersion, kind: 'action' | 'trigger' | 'definition'): Map<string, string> {
  return new Map(
    version[`${kind}s`].map((entry) => [
      String(entry['name']),
      kind === 'definition' ? definitionText(version, entry) : endpointText(entry),
    ]),
  );
}

function endpointText({ id: _id, errors: _errors, parameters, requestBody, responses, ...rest }: Json): string {
  const names = (links: unknown) =>
    list(links)
      .map(({ definition }) => String((definition as Json)['name']))
      .toSorted();
  const body = requestBody as Json | undefined;
  return sorted({
    ...rest,
    parameters: list(parameters).map(sorted).toSorted(),
    requestBody: body && { required: body['required'], definitions: names(body['definitions']) },
    responses: list(responses)
      .map(({ status, definitions }) => sorted({ status: status ?? 0, definitions: names(definitions) }))
      .toSorted(),
  });
}

function definitionText({ version, schemas }: WholeVersion, { id, name, accept, description }: Json): string {
  // A reference contains the name of its version.
  const schema = sorted(schemas[`${String(id)}.json`]).replaceAll(`/${String(version['name'])}/`, '/V/');
  return sorted({ name, accept, description, schema });
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
