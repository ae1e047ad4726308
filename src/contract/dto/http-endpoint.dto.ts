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
  /** Where the fault is, as a JSON Pointer. */
  @IsString()
  field: string;

  /** What is wrong, for people. */
  @IsString()
  message: string;

  /** How serious it is. */
  @IsEnum(FAULT_SEVERITIES)
  severity: (typeof FAULT_SEVERITIES)[number];
}

/** A parameter of a request; where it stands is for actions and triggers to say. */
export class HTTPParameter {
  /** Name of the query parameter, header or cookie, or of the placeholder in the path. */
  @IsString()
  name: string;

  /** Whether a value must be given. */
  @IsBoolean()
  required: boolean;

  /** Type of its values. */
  @IsEnum(PARAMETER_TYPES)
  type: (typeof PARAMETER_TYPES)[number];

  /** What is sent where no value is given; in a text, `{{ .conn.<name> }}` stands for a connection variable. */
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
  /** Whether there must be one. */
  @IsBoolean()
  required: boolean;

  /** What it may be: one definition for each media type. */
  @IsNestedArray(() => EndpointDefinition)
  definitions: EndpointDefinition[];
}

/** The body of a request, to create. */
export class HTTPRequestBodyCreate {
  /** Whether there must be one. */
  @IsBoolean()
  required: boolean;

  /** What it may be: one definition for each media type. */
  @IsNestedArray(() => EndpointDefinitionCreate)
  definitions: EndpointDefinitionCreate[];
}

/** What every response has. */
export class HTTPResponseCommon {
  /** Its HTTP status; left out in the one that stands for all others. */
  @IsOptional()
  @IsInt()
  status?: number;
}

/** A response. */
export class HTTPResponse extends HTTPResponseCommon {
  /** ULID of the response. */
  @IsString('ulid')
  id: string;

  /** What its body may be: one definition for each media type. */
  @IsNestedArray(() => EndpointDefinition)
  definitions: EndpointDefinition[];
}

/** A response to create. */
export class HTTPResponseCreate extends HTTPResponseCommon {
  /** Taken as it comes and passed on: the platform's contract requires it without saying what it is. */
  @IsOptional()
  @IsAny()
  id?: unknown;

  /** What its body may be: one definition for each media type. */
  @IsNestedArray(() => EndpointDefinitionCreate)
  definitions: EndpointDefinitionCreate[];
}

/** What actions and triggers have, those that exist and those to create. */
export class HTTPEndpointCommon {
  /** Always `http`. */
  @IsEnum(TYPES)
  type: (typeof TYPES)[number];

  /** Its name; unique within the version. */
  @IsNameLike(/^[a-zA-Z0-9_\-$]+$/, 'consist of letters, digits, _, - and $')
  name: string;

  /** Its name for people. */
  @IsOptional()
  @IsString()
  summary?: string;

  /** What it does and what is worth knowing, for people. */
  @IsOptional()
  @IsString()
  description?: string;

  /** Its HTTP method. */
  @IsEnum(METHODS)
  method: (typeof METHODS)[number];
}

/** What an action or a trigger has. */
export class HTTPEndpoint extends HTTPEndpointCommon {
  /** ULID of the action or trigger. */
  @IsString('ulid')
  id: string;

  /** What is wrong with it; empty when it is valid, missing when it was not checked. */
  @IsOptional()
  @IsNestedArray(() => EndpointError)
  errors?: EndpointError[];

  /** The body of its request; left out where there is none. */
  @IsOptional()
  @IsNested(() => HTTPRequestBody)
  requestBody?: HTTPRequestBody;

  /** The responses that are told apart. */
  @IsNestedArray(() => HTTPResponse)
  responses: HTTPResponse[];
}

/** What an action or a trigger to create has. */
export class HTTPEndpointCreate extends HTTPEndpointCommon {
  /** The body of its request; left out where there is none. */
  @IsOptional()
  @IsNested(() => HTTPRequestBodyCreate)
  requestBody?: HTTPRequestBodyCreate;

  /** The responses that are told apart; it needs at least one to be published. */
  @IsNestedArray(() => HTTPResponseCreate)
  responses: HTTPResponseCreate[];
}
