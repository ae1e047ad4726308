import { Definition, DefinitionRef } from './definition.dto.js';
import {
  IsAny,
  IsBoolean,
  IsNested,
  IsNestedArray,
  IsOptional,
  IsString,
  IsNameLike,
  IsInt,
  IsEnum,
} from '../validation/validators.js';

// Actions and triggers are the two directions of one thing, a request over HTTP with its possible responses. What the
// contract says twice, once for each, stands here once.

const TYPES = ['http'] as const;
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'CONNECT', 'TRACE'] as const;
const PARAMETER_TYPES = ['string', 'number', 'integer', 'boolean'] as const;
const FAULT_SEVERITIES = ['error', 'warning'] as const;

/** A fault that the platform found in an action or a trigger. */
export class EndpointError {
  /** JSON Pointer to the error. */
  @IsString()
  field: string;

  /** Description of the error, for people. */
  @IsString()
  message: string;

  /** Severity. */
  @IsEnum(FAULT_SEVERITIES)
  severity: (typeof FAULT_SEVERITIES)[number];
}

/** A parameter of a request; where it stands is for actions and triggers to say. */
export class HTTPParameter {
  /** Name of the query parameter, header or cookie, or of the placeholder in the path. */
  @IsString()
  name: string;

  /** Whether a value is required. */
  @IsBoolean()
  required: boolean;

  /** Type of the values. */
  @IsEnum(PARAMETER_TYPES)
  type: (typeof PARAMETER_TYPES)[number];

  /** Default value; in strings, `{{ .conn.<name> }}` is replaced by a connection variable. */
  @IsOptional()
  @IsAny()
  default?: unknown;
}

/** A definition as part of a body. */
export class EndpointDefinition {
  /** ULID of the link. */
  @IsString('ulid')
  id: string;

  /** The definition. */
  @IsNested(() => Definition)
  definition: Definition;
}

/** A definition to make part of a body. */
export class EndpointDefinitionCreate {
  /** The definition, which exists. */
  @IsNested(() => DefinitionRef)
  definition: DefinitionRef;
}

/** The body of a request. */
export class HTTPRequestBody {
  /** Whether a body is required. */
  @IsBoolean()
  required: boolean;

  /** Definitions of the body, one per media type. */
  @IsNestedArray(() => EndpointDefinition)
  definitions: EndpointDefinition[];
}

/** The body of a request, to create. */
export class HTTPRequestBodyCreate {
  /** Whether a body is required. */
  @IsBoolean()
  required: boolean;

  /** Definitions of the body, one per media type. */
  @IsNestedArray(() => EndpointDefinitionCreate)
  definitions: EndpointDefinitionCreate[];
}

/** What every response has. */
export class HTTPResponseCommon {
  /** HTTP status; absent in the default response. */
  @IsOptional()
  @IsInt()
  status?: number;
}

/** A response. */
export class HTTPResponse extends HTTPResponseCommon {
  /** ULID of the response. */
  @IsString('ulid')
  id: string;

  /** Definitions of the body, one per media type. */
  @IsNestedArray(() => EndpointDefinition)
  definitions: EndpointDefinition[];
}

/** A response to create. */
export class HTTPResponseCreate extends HTTPResponseCommon {
  /** Required by the platform's contract, which does not describe it; passed on unchanged. */
  @IsOptional()
  @IsAny()
  id?: unknown;

  /** Definitions of the body, one per media type. */
  @IsNestedArray(() => EndpointDefinitionCreate)
  definitions: EndpointDefinitionCreate[];
}

/** What actions and triggers have, those that exist and those to create. */
export class HTTPEndpointCommon {
  /** Always `http`. */
  @IsEnum(TYPES)
  type: (typeof TYPES)[number];

  /** Name; unique within the version. */
  @IsNameLike(/^[a-zA-Z0-9_\-$]+$/, 'consist of letters, digits, _, - and $')
  name: string;

  /** Display name. */
  @IsOptional()
  @IsString()
  summary?: string;

  /** Description, for people. */
  @IsOptional()
  @IsString()
  description?: string;

  /** HTTP method. */
  @IsEnum(METHODS)
  method: (typeof METHODS)[number];
}

/** What an action or a trigger has. */
export class HTTPEndpoint extends HTTPEndpointCommon {
  /** ULID of the action or trigger. */
  @IsString('ulid')
  id: string;

  /** Validation errors; empty if it is valid, missing if it was not validated. */
  @IsOptional()
  @IsNestedArray(() => EndpointError)
  errors?: EndpointError[];

  /** Request body; absent if there is none. */
  @IsOptional()
  @IsNested(() => HTTPRequestBody)
  requestBody?: HTTPRequestBody;

  /** Distinct responses. */
  @IsNestedArray(() => HTTPResponse)
  responses: HTTPResponse[];
}

/** What an action or a trigger to create has. */
export class HTTPEndpointCreate extends HTTPEndpointCommon {
  /** Request body; absent if there is none. */
  @IsOptional()
  @IsNested(() => HTTPRequestBodyCreate)
  requestBody?: HTTPRequestBodyCreate;

  /** Distinct responses; at least one is required to publish. */
  @IsNestedArray(() => HTTPResponseCreate)
  responses: HTTPResponseCreate[];
}
