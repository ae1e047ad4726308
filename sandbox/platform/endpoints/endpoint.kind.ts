import type { Shape } from '../validation/shape.js';
import { actionShape, type EndpointInput, triggerShape } from './endpoint.shape.js';

/** The differences between actions and triggers. */
export interface EndpointKind {
  readonly singular: 'action' | 'trigger';
  /** Also the name of the list in a page, and of the collection in the store. */
  readonly plural: 'actions' | 'triggers';
  readonly shape: Shape<EndpointInput>;
}

/** Requests that are sent to the other system. */
export const ACTIONS: EndpointKind = { singular: 'action', plural: 'actions', shape: actionShape };

/** Requests that the other system sends. */
export const TRIGGERS: EndpointKind = { singular: 'trigger', plural: 'triggers', shape: triggerShape };

/** Both. */
export const ENDPOINT_KINDS = [ACTIONS, TRIGGERS] as const;
