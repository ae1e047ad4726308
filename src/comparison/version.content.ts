/** A parameter of a request. */
export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly type: string;
  readonly required: boolean;
  readonly default?: unknown;
}

/** A link to the definition that describes a body. */
export interface DefinitionLink {
  readonly definition: { readonly name?: string };
}

/** A request body. */
export interface RequestBody {
  readonly required: boolean;
  readonly definitions: readonly DefinitionLink[];
}

/** A response; one without a status matches every other status. */
export interface Response {
  readonly status?: number;
  readonly definitions: readonly DefinitionLink[];
}

/** An action or a trigger: an existing one of the platform, or one that an import would create. */
export interface Endpoint {
  readonly name: string;
  readonly method: string;
  /** Only actions have a path. */
  readonly path?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: RequestBody;
  readonly responses: readonly Response[];
  /** The whole object of an unknown kind, as JSON. */
  readonly other?: unknown;
}

/** A definition with its schema. */
export interface Definition {
  readonly name: string;
  readonly accept: readonly string[];
  readonly description?: string;
  /** The parsed JSON Schema; references to other definitions are `#/$defs/<name>`. Undefined: not known. */
  readonly schema?: unknown;
}

/** Everything that a version contains. */
export interface VersionContent {
  readonly actions: readonly Endpoint[];
  readonly triggers: readonly Endpoint[];
  readonly definitions: readonly Definition[];
  /** The kinds that are not listed completely; their missing entries are not treated as removed. */
  readonly incomplete?: readonly ('action' | 'trigger' | 'definition')[];
}
