import { connectionRoutes } from './connections/connection.routes.js';
import { oauth2CallbackRoutes } from './connections/oauth2.callback.js';
import { connectionVersionRoutes } from './connections/connection-version.routes.js';
import { authSchemeConfigRoutes } from './connectors/auth-scheme-config.routes.js';
import { connectorRoutes } from './connectors/connector.routes.js';
import { definitionRoutes } from './definitions/definition.routes.js';
import { rawSchemaRoutes } from './definitions/raw-schema.routes.js';
import { endpointRoutes } from './endpoints/endpoint.routes.js';
import type { Route } from './http/route.js';
import { importRoutes } from './imports/import.routes.js';
import { libraryRoutes } from './library/library.routes.js';
import { protocolRoutes } from './protocols/protocol.routes.js';
import { uploadRoutes } from './uploads/upload.routes.js';
import { versionRoutes } from './versions/version.routes.js';

/** Every operation of the API. */
export const ROUTES: readonly Route[] = [
  ...connectorRoutes,
  ...authSchemeConfigRoutes,
  ...connectionRoutes,
  ...connectionVersionRoutes,
  ...oauth2CallbackRoutes,
  ...versionRoutes,
  ...libraryRoutes,
  ...endpointRoutes,
  ...definitionRoutes,
  ...rawSchemaRoutes,
  ...protocolRoutes,
  ...uploadRoutes,
  ...importRoutes,
];
