import { DEMO_ORGANISATION_ID } from '../../../sandbox/platform/seed/seed.ids.js';

/** State that one chapter passes to the next. */
export interface Story {
  readonly platformUrl: () => string;
  /** The connector of the story. */
  connector: { organisation_id: string; connector_id: string };
}

/** The path parameters of the organisation. */
export const ORGANISATION = { path: { organisation_id: DEMO_ORGANISATION_ID } };
