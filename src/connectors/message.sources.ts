import type { MessageSubject, Severity, VersionMessage } from '../contract/dto/version-messages.dto.js';
import { type Entry, objectOf, objectsOf, textOf } from '../versions/members.js';

/** An action or a trigger: its messages, and the definitions that it refers to. */
export interface EndpointMessages {
  readonly subject: MessageSubject;
  readonly isValidated: boolean;
  readonly messages: readonly VersionMessage[];
  readonly links: readonly { readonly field: string; readonly id: string; readonly name: string }[];
}

/** A definition, and whether something refers to it; undefined if the platform does not say. */
export interface DefinitionUse {
  readonly subject: MessageSubject;
  readonly isUsed: boolean | undefined;
}

const NO_TEXT = 'The platform gave no text.';

/** What the platform says about the version itself. */
export function messagesOfVersion(version: Entry): VersionMessage[] {
  const subject = subjectOf('version', version);
  return objectsOf(version['messages']).map((message) => messageOf(message, subject));
}

/** What validation found in the connector's auth scheme configurations, and in those of its connections. */
export function messagesOfConnector(connector: Entry): VersionMessage[] {
  const configs = objectsOf(connector['authSchemeConfigs']);
  const own = configs.flatMap((config) => messagesOfConfig(config, configSubject(config)));
  const known = new Set(own.map(({ subject, text }) => `${subject.id} ${text}`));
  const connections = objectsOf(connector['connections']).flatMap((connection) =>
    messagesOfConnection(connection, known),
  );
  return [...own, ...connections];
}

/** What validation found in an action or a trigger. */
export function messagesOfEndpoint(kind: 'action' | 'trigger', entry: Entry): EndpointMessages {
  const subject = subjectOf(kind, entry);
  const { errors } = entry;
  return {
    subject,
    // The contract: an empty list is a validated one without errors; without a list, validation has not occurred.
    isValidated: Array.isArray(errors),
    messages: objectsOf(errors).map(({ field, message, severity }) => ({
      text: textOf(message) || NO_TEXT,
      severity: severityOf(severity),
      detail: [],
      subject,
      ...(typeof field === 'string' && field !== '' && { field }),
    })),
    links: linksOf(entry),
  };
}

/** Whether something refers to a definition. */
export function useOfDefinition(entry: Entry): DefinitionUse {
  const { referencedBy } = entry;
  return {
    subject: subjectOf('definition', entry),
    isUsed: Array.isArray(referencedBy) ? referencedBy.length > 0 : undefined,
  };
}

/** What follows from the references between actions, triggers and definitions, if all definitions are known. */
export function messagesOfReferences(
  endpoints: readonly EndpointMessages[],
  definitions: readonly DefinitionUse[],
  areAllKnown: boolean,
): VersionMessage[] {
  const known = new Set(definitions.map(({ subject }) => subject.id));
  const dangling = endpoints.flatMap(({ subject, links, messages }) =>
    links
      .filter(({ id, field }) => areAllKnown && !known.has(id) && !messages.some((one) => one.field === field))
      .map(({ field, name }) => ({
        text: `It refers to the definition "${name}", which the version does not have.`,
        severity: 'warning' as const,
        detail: [],
        subject,
        field,
      })),
  );
  const unused = definitions.flatMap(({ subject, isUsed }) =>
    isUsed === false ? [{ text: 'Nothing refers to it.', severity: 'info' as const, detail: [], subject }] : [],
  );
  return [...dangling, ...unused];
}

function messagesOfConfig(config: Entry, subject: MessageSubject, field?: string): VersionMessage[] {
  return objectsOf(config['validationMessages']).map((message) => messageOf(message, subject, field));
}

/** A connection has copies of the connector's configurations: what these say is not said again. */
function messagesOfConnection(connection: Entry, known: ReadonlySet<string>): VersionMessage[] {
  const subject = subjectOf('connection', connection);
  const credentials = objectOf(connection['credentials']);
  return ['action', 'trigger'].flatMap((use) =>
    objectsOf(credentials[use]).flatMap(({ authSchemeConfig, credential }, i) => {
      const config = objectOf(authSchemeConfig);
      const place = `credentials.${use}[${i}]`;
      return [
        ...messagesOfConfig(config, subject, `${place}.authSchemeConfig`).filter(
          ({ text }) => !known.has(`${textOf(config['id'])} ${text}`),
        ),
        ...messagesOfCredential(objectOf(credential), subject, `${place}.credential`),
      ];
    }),
  );
}

function messagesOfCredential({ errors }: Entry, subject: MessageSubject, field: string): VersionMessage[] {
  if (!Array.isArray(errors)) return [];
  return errors.map((error: unknown) => ({
    text: textOf(error) || NO_TEXT,
    severity: 'error',
    detail: [],
    subject,
    field,
  }));
}

function messageOf({ text, severity, detail }: Entry, subject: MessageSubject, field?: string): VersionMessage {
  return {
    text: textOf(text) || NO_TEXT,
    severity: severityOf(severity),
    detail: Array.isArray(detail) ? detail.filter((point) => typeof point === 'string') : [],
    subject,
    ...(field !== undefined && { field }),
  };
}

function subjectOf(kind: MessageSubject['kind'], entry: Entry): MessageSubject {
  return { kind, name: textOf(entry['name']), id: textOf(entry['id']) };
}

function configSubject(config: Entry): MessageSubject {
  const name = textOf(config['description']) || textOf(config['schemeType']);
  return { kind: 'authSchemeConfig', name, id: textOf(config['id']) };
}

/** What the contract does not know is taken for the worst. */
function severityOf(severity: unknown): Severity {
  return severity === 'info' || severity === 'warning' ? severity : 'error';
}

function linksOf({ requestBody, responses }: Entry): EndpointMessages['links'] {
  return [
    ...linksIn(objectOf(requestBody)['definitions'], 'requestBody.definitions'),
    ...objectsOf(responses).flatMap(({ definitions }, i) => linksIn(definitions, `responses[${i}].definitions`)),
  ];
}

function linksIn(links: unknown, at: string): EndpointMessages['links'] {
  return objectsOf(links).map(({ definition }, i) => {
    const { id, name } = objectOf(definition);
    return { field: `${at}[${i}]`, id: textOf(id), name: textOf(name) };
  });
}
