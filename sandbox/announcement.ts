import { PASSWORD, PEOPLE } from './identity/people.js';

/** Where the parts of a running sandbox are. */
export interface Addresses {
  readonly gateway: string;
  readonly platform: string;
  readonly identity: string;
}

/** What somebody who has just started the sandbox wants to know. */
export function announcement({ gateway, platform, identity }: Addresses): string {
  return `
  The gateway is ready.

    Sign in    ${gateway}/auth/login?returnTo=/docs
               as ${PEOPLE[0].email}, password ${PASSWORD}
    API        ${gateway}/api/connect/v1
    Docs       ${gateway}/docs

    Sandbox    platform ${platform}
               identity ${identity}

  Ctrl-C stops everything.
`;
}
