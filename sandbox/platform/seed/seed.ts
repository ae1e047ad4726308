import { createConnection } from '../connections/connection.changes.js';
import type { Platform } from '../platform.js';
import { CRM, CRM_VERSIONS, LIBRARY, LIBRARY_VERSIONS } from './library.data.js';
import { BADGES, BADGES_CONNECTION, BADGES_VERSIONS } from './faulty.data.js';
import { MANY, WAREHOUSE, WEATHER } from './more.data.js';
import { seedConnector } from './seed.content.js';
import {
  DEMO_CONNECTION_ID,
  DEMO_ORGANISATION_ID,
  LIBRARY_ORGANISATION_ID,
  OTHER_ORGANISATION_ID,
} from './seed.ids.js';
import { SHOP, SHOP_PRODUCTION, SHOP_STAGING, SHOP_VERSIONS } from './shop.data.js';

const BEGINNING = Date.parse('2026-01-05T09:00:00Z');
const STEP_MS = 7 * 60_000;

const ORGANISATIONS = [
  { id: DEMO_ORGANISATION_ID, name: 'Demo Organisation', members: ['demo@example.com'] },
  { id: OTHER_ORGANISATION_ID, name: 'Other Organisation', members: ['other@example.com'] },
  { id: LIBRARY_ORGANISATION_ID, name: 'Library', members: [] },
];

/** Fills an empty platform with examples; leaves any other unchanged. */
export function seed(platform: Platform): void {
  if (platform.store.organisations.all().length > 0) return;
  const past = inThePast(platform);
  for (const { id, name, members } of ORGANISATIONS)
    past.store.organisations.insert({ id, parent: '', name, body: { members }, inner: {} }, past.now());
  seedConnector(past, LIBRARY_ORGANISATION_ID, CRM, CRM_VERSIONS);
  for (const connector of LIBRARY) seedConnector(past, LIBRARY_ORGANISATION_ID, connector, LIBRARY_VERSIONS);
  seedConnector(past, OTHER_ORGANISATION_ID, WEATHER, [{ name: '1.0.0' }]);
  const badges = seedConnector(past, DEMO_ORGANISATION_ID, BADGES, BADGES_VERSIONS);
  createConnection(past, badges, BADGES_CONNECTION);
  for (const connector of MANY) seedConnector(past, DEMO_ORGANISATION_ID, connector, [{ name: '0.1.0' }]);
  seedConnector(past, DEMO_ORGANISATION_ID, WAREHOUSE, [{ name: '0.1.0' }]);
  const shop = seedConnector(past, DEMO_ORGANISATION_ID, SHOP, SHOP_VERSIONS);
  createConnection(past, shop, SHOP_PRODUCTION, { id: DEMO_CONNECTION_ID, subscribers: ['Switchboard'] });
  createConnection(past, shop, SHOP_STAGING);
}

/** Gives the examples plausible creation and update times. */
function inThePast(platform: Platform): Platform {
  let steps = 0;
  return { ...platform, now: () => new Date(BEGINNING + STEP_MS * steps++).toISOString() };
}
