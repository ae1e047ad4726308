import { PASSWORD, PEOPLE } from './identity/people.js';
import { DEMO_ORGANISATION_ID } from './platform/seed/seed.ids.js';

/** The addresses of a running sandbox. */
export interface Addresses {
  readonly gateway: string;
  readonly platform: string;
  readonly identity: string;
}

/**
 * The message of a ready sandbox: the console's address first, or the sign-in's if there is no console.
 * `cookies` is the file with the session of the demo person.
 */
export function announcement(
  { gateway, platform, identity }: Addresses,
  hasConsole: boolean,
  cookies?: string,
): string {
  const first = hasConsole ? `Console    ${gateway}/` : `Sign in    ${gateway}/auth/login?returnTo=/docs`;
  const connectors = `${gateway}/api/connect/v1/o/${DEMO_ORGANISATION_ID}/connectors?first=1`;
  const call = cookies === undefined ? '' : `\n    Try it     curl -b ${cookies} '${connectors}'`;
  return `
  The gateway is ready.

    ${first}
               sign in as ${PEOPLE[0].email}, password ${PASSWORD}, of organisation ${DEMO_ORGANISATION_ID}
    API        ${gateway}/api/connect/v1
    Docs       ${gateway}/docs${call}

    Sandbox    platform ${platform}
               identity ${identity}

  Ctrl-C stops everything.
`;
}
