import { HTTPEndpoint, HTTPEndpointCreate, HTTPParameter } from './http-endpoint.dto.js';
import { PageInfo } from './page.dto.js';
import { IsNestedArray, DiscriminatedUnion, IsEnum } from '../validation/validators.js';

const PLACES = ['cookie', 'header', 'query'] as const;

/** A parameter of the request that a trigger receives. */
export class TriggerHTTPParameter extends HTTPParameter {
  /** Location in the request. */
  @IsEnum(PLACES)
  in: (typeof PLACES)[number];
}

/** A trigger that receives a request over HTTP. */
export class TriggerHTTP extends HTTPEndpoint {
  /** Parameters of the request. */
  @IsNestedArray(() => TriggerHTTPParameter)
  parameters: TriggerHTTPParameter[];
}

/** A trigger that receives a request over HTTP, to create. */
export class TriggerHTTPCreate extends HTTPEndpointCreate {
  /** Parameters of the request; may be empty. */
  @IsNestedArray(() => TriggerHTTPParameter)
  parameters: TriggerHTTPParameter[];
}

/** Something that the external system can tell a connector. */
@DiscriminatedUnion('type', { http: TriggerHTTP })
export class Trigger {
  type: string;
}

/** A trigger to create. */
@DiscriminatedUnion('type', { http: TriggerHTTPCreate })
export class TriggerCreate {
  type: string;
}

/** A page of triggers. */
export class TriggerPage extends PageInfo {
  /** The triggers. */
  triggers: Trigger[];
}
