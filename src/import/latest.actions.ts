import { Injectable } from '@nestjs/common';
import type { Action, ActionPage } from '../contract/action.dto.js';
import type { ConnectorVersion } from '../contract/connector-version.dto.js';
import type { PageQuery } from '../contract/page.dto.js';
import type { ConnectorPath } from '../contract/paths.dto.js';
import { type PlatformPath, path } from '../platform/path.js';
import { PlatformClient } from '../platform/platform.client.js';
import { Problem } from '../problems/problem.js';
import type { AuthenticatedRequest, Caller } from '../session/caller.js';

const PAGE = '100';
/** 10,000 actions; more than any document of the largest size has. */
const MAX_PAGES = 100;

/** The version that a new one would follow, and its actions. */
export interface LatestActions {
  readonly version: string;
  readonly actions: readonly Action[];
}

/** Reads what a connector's latest version can do. Changes nothing. */
@Injectable()
export class LatestActionsReader {
  constructor(private readonly platform: PlatformClient) {}

  /**
   * Undefined where no version has been published yet.
   * @throws Problem as every call to the platform does
   */
  async read(req: AuthenticatedRequest, caller: Caller, at: ConnectorPath): Promise<LatestActions | undefined> {
    const gone = new AbortController();
    req.res?.once('close', () => gone.abort());
    const get = async (from: PlatformPath, query?: object): Promise<unknown> => {
      const { body } = await this.platform.get(caller, from, query).collect(req, gone.signal);
      return JSON.parse(body.toString());
    };
    const latest = path`/o/${at.organisation_id}/connectors/${at.connector_id}/versions/latest`;
    const version = (await get(latest).catch(undefinedIfMissing)) as ConnectorVersion | undefined;
    if (version === undefined) return undefined;
    const list = path`/o/${at.organisation_id}/connectors/${at.connector_id}/versions/${version.name}/actions`;
    return { version: version.name, actions: await readAll((query) => get(list, query) as Promise<ActionPage>) };
  }
}

async function readAll(getPage: (query: PageQuery) => Promise<ActionPage>): Promise<Action[]> {
  const actions: Action[] = [];
  let after: string | undefined;
  for (let i = 0; i < MAX_PAGES; i++) {
    const page = await getPage({ first: PAGE, ...(after !== undefined && { after }) });
    actions.push(...page.actions);
    after = page.next;
    if (after === undefined || after === '') break;
  }
  return actions;
}

function undefinedIfMissing(error: unknown): undefined {
  if (!(error instanceof Problem && error.status === 404)) throw error;
}
