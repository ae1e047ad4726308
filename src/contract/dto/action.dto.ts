import { HTTPEndpoint, HTTPEndpointCreate, HTTPParameter } from './http-endpoint.dto.js';
import { PageInfo } from './page.dto.js';
import { IsNested, IsNestedArray, DiscriminatedUnion, IsOptional, IsString, IsEnum } from '../validation/validators.js';

const PLACES = ['cookie', 'header', 'path', 'query'] as const;

/** How a frontend helps to fill in a parameter; the contract leaves it empty so far. */
export class ActionCompletion {}

/** A parameter of the request that an action sends. */
export class ActionHTTPParameter extends HTTPParameter {
  /** Location in the request. */
  @IsEnum(PLACES)
  in: (typeof PLACES)[number];

  /** How a frontend can suggest values. */
  @IsOptional()
  @IsNested(() => ActionCompletion)
  completion?: ActionCompletion;
}

/** An action that sends a request over HTTP. */
export class ActionHTTP extends HTTPEndpoint {
  /** Appended to the connector's base URL; `{{ param.<name> }}` and `{{ conn.<name> }}` are filled in. */
  @IsString()
  path: string;

  /** Parameters of the request. */
  @IsNestedArray(() => ActionHTTPParameter)
  parameters: ActionHTTPParameter[];
}

/** An action that sends a request over HTTP, to create. */
export class ActionHTTPCreate extends HTTPEndpointCreate {
  /** Appended to the connector's base URL; `{{ param.<name> }}` and `{{ conn.<name> }}` are filled in. */
  @IsString()
  path: string;

  /** Parameters of the request; may be empty. */
  @IsNestedArray(() => ActionHTTPParameter)
  parameters: ActionHTTPParameter[];
}

/** Something that a connector can do at its external system. */
@DiscriminatedUnion('type', { http: ActionHTTP })
export class Action {
  type: string;
}

/** An action to create. */
@DiscriminatedUnion('type', { http: ActionHTTPCreate })
export class ActionCreate {
  type: string;
}

/** A page of actions. */
export class ActionPage extends PageInfo {
  /** The actions. */
  actions: Action[];
}
