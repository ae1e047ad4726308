/** A parameter of an action or a trigger to create. */
export interface NewParameter {
  readonly name: string;
  readonly in: 'cookie' | 'header' | 'path' | 'query';
  readonly required: boolean;
  readonly type: 'string' | 'number' | 'integer' | 'boolean';
  readonly default?: unknown;
}

/** A definition that describes a body; its name is set once all definitions are known. */
export interface NewLink {
  readonly definition: { readonly name: string };
}

/** An expected response; one without a status matches any other. */
export interface NewResponse {
  readonly status?: number;
  readonly definitions: NewLink[];
}

/** The content of a request body. */
export interface NewRequestBody {
  readonly required: boolean;
  readonly definitions: NewLink[];
}

/** The common members of actions and triggers. */
export interface NewEndpoint {
  readonly type: 'http';
  readonly name: string;
  readonly summary?: string;
  readonly description?: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS' | 'TRACE';
  readonly requestBody?: NewRequestBody;
  readonly responses: NewResponse[];
}

/** An action to create. */
export interface NewAction extends NewEndpoint {
  readonly path: string;
  readonly parameters: NewParameter[];
}

/** A trigger to create. */
export interface NewTrigger extends NewEndpoint {
  readonly parameters: (NewParameter & { readonly in: 'cookie' | 'header' | 'query' })[];
}

/** A definition to create: a JSON Schema (2020-12), which refers to others by `#/$defs/` and their names. */
export interface NewDefinition {
  readonly name: string;
  readonly accept: string[];
  readonly schema: unknown;
}

interface Described {
  readonly description: string;
}

/** An authentication scheme to create. */
export type NewAuthSchemeConfig =
  | (Described & { readonly schemeType: 'api-key'; name: string; in: 'query' | 'header' | 'cookie' })
  | (Described & { readonly schemeType: 'basic-auth' | 'certificate' })
  | (Described & {
      readonly schemeType: 'oauth2';
      readonly authorizeUrl: string;
      readonly tokenUrl: string;
      readonly scopes: { name: string; description?: string }[];
      readonly defaultScopes: string[];
      readonly grant: { readonly grantType: 'authorization_code' | 'client_credentials' | 'password' };
    });
