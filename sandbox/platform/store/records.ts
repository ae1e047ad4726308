import type { AuthSchemeConfig } from '../connectors/auth-scheme-config.shape.js';
import type { ConnectionVariable } from '../connectors/connection-variable.shape.js';
import type { Category } from '../connectors/category.shape.js';
import type { Message } from '../http/message.js';
import type { Entry } from './collection.js';

/** An organisation and its members. */
export type OrganisationEntry = Entry<{ readonly members: readonly string[] }>;

/** The visible members of a connector that are not columns. */
export interface ConnectorBody {
  readonly protocol: 'http' | 'bigquery';
  readonly public: boolean;
  readonly baseUrl?: string;
  readonly datasetId?: string;
  readonly documentationURL?: string;
  readonly imageURL?: string;
  readonly tags?: Readonly<Record<string, readonly string[]>>;
  readonly authSchemeConfigs: readonly AuthSchemeConfig[];
  readonly connectionVariables?: readonly ConnectionVariable[];
}

/** A connector, which belongs to an organisation. */
export type ConnectorEntry = Entry<
  ConnectorBody,
  {
    readonly categories: readonly Category[];
    /** Id of the library's connector that it was imported from. */
    readonly importedFrom?: string;
  }
>;

/** A version, which belongs to a connector or to a connection. */
export type VersionEntry = Entry<
  { readonly description?: string },
  {
    readonly publishedAt: string | null;
    /** Whether it is the target of `default`. */
    readonly isDefault: boolean;
    readonly messages: readonly Message[];
    /** Products that use it. */
    readonly subscribers: readonly string[];
  }
>;

/** A definition by its id, as actions and triggers store it. */
export interface DefinitionLink {
  readonly id: string;
  readonly definition: { readonly id: string };
}

/** A response of an action or trigger. */
export interface EndpointResponse {
  readonly id: string;
  readonly status?: number;
  readonly definitions: readonly DefinitionLink[];
}

/** A parameter of an action or trigger. */
export interface EndpointParameter {
  readonly name: string;
  readonly in: 'cookie' | 'header' | 'path' | 'query';
  readonly required: boolean;
  readonly type: 'string' | 'number' | 'integer' | 'boolean';
}

/** The visible members of an action or trigger that are not columns. */
export interface EndpointBody {
  readonly type: 'http';
  readonly method: string;
  /** Only actions have one. */
  readonly path?: string;
  readonly parameters: readonly EndpointParameter[];
  readonly requestBody?: { readonly required: boolean; readonly definitions: readonly DefinitionLink[] };
  readonly responses: readonly EndpointResponse[];
}

/** Ids of the definitions that an object refers to. */
export interface References {
  readonly references: readonly string[];
}

/** An action or trigger, which belongs to a version. */
export type EndpointEntry = Entry<EndpointBody, References & { readonly isUnvalidated?: boolean }>;

/** A definition, which belongs to a version. */
export type DefinitionEntry = Entry<
  { readonly accept: readonly string[]; readonly description?: string },
  References & {
    readonly contentType: string;
    /** The schema. References to other definitions are stored as `definition:` and an id; names in URLs may change. */
    readonly schema: string;
  }
>;

/** A secret and its purpose; belongs to a connection, or to a connector. */
export type CredentialEntry = Entry<{ readonly organisationId: string; readonly type: string; readonly data: object }>;

/** How a connection authenticates; the credential is stored separately. */
export interface ConnectionCredential {
  readonly id: string;
  readonly authSchemeConfig: AuthSchemeConfig;
  readonly credentialId: string;
}

/** A connection, which belongs to a connector. */
export type ConnectionEntry = Entry<
  {
    readonly credentials: {
      readonly action: readonly ConnectionCredential[];
      readonly trigger: readonly ConnectionCredential[];
    };
    readonly variables: readonly ConnectionVariable[];
  },
  {
    /** Products that use it. */
    readonly subscribers: readonly string[];
  }
>;

/** A pending sign-in at an OAuth 2.0 provider; its name is the state. Belongs to a connector. */
export type OAuth2StateEntry = Entry<{ readonly scopes: readonly string[] }>;
