/** The organisation of demo@example.com. */
export const DEMO_ORGANISATION_ID = '01JA000000000000000000DEM0';

/** The organisation of other@example.com. */
export const OTHER_ORGANISATION_ID = '01JA00000000000000000THER0';

/** The organisation that owns the public library; it has no members. */
export const LIBRARY_ORGANISATION_ID = '01JA00000000000000001BRARY';

/** "Acme Shop" of the demo organisation: versions 1.0.0 (default, in use) and 1.1.0 (latest) are published, 1.2.0 is a draft. */
export const DEMO_CONNECTOR_ID = '01JA00000000000000000SH0P0';

/** "Production" of "Acme Shop", which a product uses. */
export const DEMO_CONNECTION_ID = '01JA0000000000000000PR0D00';

/** The API key of "Acme Shop". */
export const DEMO_API_KEY_CONFIG_ID = '01JA0000000000000000APKEY0';

/** The OAuth 2.0 client of "Acme Shop". */
export const DEMO_OAUTH2_CONFIG_ID = '01JA00000000000000000ATH20';

/** "Acme Warehouse" of the demo organisation, which is on BigQuery. */
export const DEMO_BIGQUERY_CONNECTOR_ID = '01JA0000000000000000WAREH0';

/** "Badge Printer" of the demo organisation: its draft 0.2.0 has messages of every kind, its draft 0.3.0 none. */
export const DEMO_FAULTY_CONNECTOR_ID = '01JA00000000000000000BADGE';

/** "Weather Station" of the other organisation. */
export const OTHER_CONNECTOR_ID = '01JA0000000000000000WEATH0';

/** "Orbit CRM" of the public library; versions 1.0.0 and 2.0.0 are published, 3.0.0 is not. */
export const LIBRARY_CONNECTOR_ID = '01JA0000000000000000RB1T00';
