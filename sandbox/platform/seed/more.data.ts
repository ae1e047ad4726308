import type { Category } from '../connectors/category.shape.js';
import type { NewConnector } from '../connectors/connector.changes.js';
import { DEMO_BIGQUERY_CONNECTOR_ID, OTHER_CONNECTOR_ID } from './seed.ids.js';

/** A dataset. */
export const WAREHOUSE: NewConnector = {
  id: DEMO_BIGQUERY_CONNECTOR_ID,
  name: 'Acme Warehouse',
  body: { protocol: 'bigquery', public: false, datasetId: 'acme-prod.orders', authSchemeConfigs: [] },
  inner: { categories: ['Business Operations'] },
};

/** Data that only the other organisation sees. */
export const WEATHER: NewConnector = {
  id: OTHER_CONNECTOR_ID,
  name: 'Weather Station',
  body: { protocol: 'http', public: false, baseUrl: 'https://weather.example.com', authSchemeConfigs: [] },
};

const NAMES: readonly (readonly [name: string, ...categories: Category[]])[] = [
  ['Booking Desk', 'Hospitality'],
  ['Call Centre', 'Communication', 'CRM'],
  ['Candidate Pool', 'HR'],
  ['Chat Rooms', 'Communication'],
  ['Code Forge', 'Development & IT'],
  ['Customer Voice', 'CRM'],
  ['Dispatch Yard', 'Supply Chain & Logistics'],
  ['Error Radar', 'Development & IT'],
  ['Expense Box', 'Accounting'],
  ['Factory Floor', 'ERP', 'Supply Chain & Logistics'],
  ['Gift Cards', 'eCommerce'],
  ['Größe & Söhne', 'ERP'],
  ['Invoice Mill', 'Accounting', 'ERP'],
  ['Loyalty Club', 'CRM', 'eCommerce'],
  ['Mail Room', 'Communication'],
  ['Meeting Notes', 'Productivity', 'AI/LLMs'],
  ['Menu Board', 'Hospitality'],
  ['Payroll Run', 'HR', 'Accounting'],
  ['Release Train', 'Development & IT', 'Productivity'],
  ['Stock Room', 'Supply Chain & Logistics', 'ERP'],
  ['Task Wall', 'Productivity'],
  ['Text Tutor', 'AI/LLMs'],
];

/** Enough connectors to fill more than one page. */
export const MANY: readonly NewConnector[] = NAMES.map(([name, ...categories], i) => ({
  name,
  body: {
    protocol: 'http',
    public: false,
    baseUrl: `https://${name.toLowerCase().replaceAll(/\W+/g, '-')}.example.com`,
    tags: { team: [i % 2 === 0 ? 'partners' : 'platform'] },
    authSchemeConfigs: [],
  },
  inner: { categories },
}));
