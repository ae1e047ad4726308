import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { NotFound } from './not-found';
import { Shell } from './shell';

/** Filters of the list of connectors, kept in the address so that a list can be shared. */
export interface ConnectorSearch {
  readonly name?: string;
  readonly category?: string;
}

/** The parts of a version's page. */
export const VERSION_TABS = ['messages', 'actions', 'triggers', 'definitions', 'difference'] as const;
export type VersionTab = (typeof VERSION_TABS)[number];

export interface VersionSearch {
  readonly tab?: VersionTab;
  /** The version to compare with. */
  readonly from?: string;
}

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('./screens/home'), 'Home'),
});

const organisation = createRoute({ getParentRoute: () => root, path: '/o/$organisation' });

const connectors = createRoute({
  getParentRoute: () => organisation,
  path: 'connectors',
  validateSearch: (search): ConnectorSearch => textsOf(search, ['name', 'category']),
  component: lazyRouteComponent(() => import('./screens/connectors'), 'Connectors'),
});

const library = createRoute({
  getParentRoute: () => organisation,
  path: 'library',
  validateSearch: (search): ConnectorSearch => textsOf(search, ['name', 'category']),
  component: lazyRouteComponent(() => import('./screens/library'), 'Library'),
});

const imports = createRoute({
  getParentRoute: () => organisation,
  path: 'import',
  component: lazyRouteComponent(() => import('./screens/import'), 'ImportConnector'),
});

const connector = createRoute({
  getParentRoute: () => organisation,
  path: 'connectors/$connector',
  component: lazyRouteComponent(() => import('./screens/connector'), 'ConnectorScreen'),
});

const importVersion = createRoute({
  getParentRoute: () => organisation,
  path: 'connectors/$connector/import',
  component: lazyRouteComponent(() => import('./screens/import'), 'ImportVersion'),
});

const version = createRoute({
  getParentRoute: () => organisation,
  path: 'connectors/$connector/versions/$version',
  validateSearch: (search): VersionSearch => {
    const { from } = textsOf(search, ['from']);
    const tab = VERSION_TABS.find((known) => known === search['tab']);
    return { ...(tab && { tab }), ...(from && { from }) };
  },
  component: lazyRouteComponent(() => import('./screens/version'), 'VersionScreen'),
});

const sessions = createRoute({
  getParentRoute: () => root,
  path: 'sessions',
  component: lazyRouteComponent(() => import('./screens/sessions'), 'Sessions'),
});

const routes = root.addChildren([
  home,
  organisation.addChildren([connectors, library, imports, connector, importVersion, version]),
  sessions,
]);

/** The routes of the page; each screen is loaded when it is first shown. */
export function createConsoleRouter() {
  return createRouter({ routeTree: routes, defaultPreload: 'intent', scrollRestoration: true });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}

function textsOf<Name extends string>(
  search: Record<string, unknown>,
  names: readonly Name[],
): Partial<Record<Name, string>> {
  const given = names.filter((name) => ['string', 'number'].includes(typeof search[name]) && search[name] !== '');
  return Object.fromEntries(given.map((name) => [name, String(search[name])])) as Partial<Record<Name, string>>;
}
