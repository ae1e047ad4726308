const API = '/api/connect/v1/';
/** The gateway's own paths. */
const OWN: ReadonlySet<string> = new Set([
  'o/{organisation_id}/connector/{connector_id}/http/import/preview',
  'o/{organisation_id}/connectors/{connector_id}/versions/{version}/difference',
  'o/{organisation_id}/connectors/{connector_id}/versions/{version}/messages',
  'o/{organisation_id}/imports/{idempotency_key}/progress',
  'o/{organisation_id}/protocols/http/import/preview',
]);

/** Whether a path of the API document is one of the platform's. */
export function isOfPlatform(path: string): boolean {
  return path.startsWith(API) && !OWN.has(path.slice(API.length));
}
