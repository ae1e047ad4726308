import { PASSWORD, PEOPLE } from './identity/people.js';

/** Where the parts of a running sandbox are. */
export interface Addresses {
  readonly gateway: string;
  readonly platform: string;
  readonly identity: string;
}

/** What is printed once the sandbox is ready: the console's address first, or the sign-in's where there is no console. */
export function announcement({ gateway, platform, identity }: Addresses, hasConsole: boolean): string {
  const first = hasConsole ? `Console    ${gateway}/` : `Sign in    ${gateway}/auth/login?returnTo=/docs`;
  return `
  The gateway is ready.

    ${first}
               sign in as ${PEOPLE[0].email}, password ${PASSWORD}
    API        ${gateway}/api/connect/v1
    Docs       ${gateway}/docs

    Sandbox    platform ${platform}
               identity ${identity}

  Ctrl-C stops everything.
`;
}
