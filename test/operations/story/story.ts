import { DEMO_ORGANISATION_ID } from '../../../sandbox/platform/seed/seed.ids.js';

/** What one chapter leaves to the next. */
export interface Story {
  readonly platformUrl: () => string;
  /** The connector that it is about. */
  connector: { organisation_id: string; connector_id: string };
}

/** Where it takes place. */
export const ORGANISATION = { path: { organisation_id: DEMO_ORGANISATION_ID } };
