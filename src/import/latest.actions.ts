import { Injectable } from '@nestjs/common';
import { accepts } from '../contract/validation/accept.js';
import { type Action, ActionHTTP, type ActionPage } from '../contract/dto/action.dto.js';
import type { PageQuery } from '../contract/dto/page.dto.js';
import type { ConnectorPath } from '../contract/dto/paths.dto.js';
import { UnexpectedAnswer } from '../platform/answer.reader.js';
import { isPathSegment, type PlatformPath, path } from '../platform/path.js';
import { PlatformClient } from '../platform/platform.client.js';
import { problemOfFailure } from '../platform/platform.problems.js';
import { Problem } from '../http/problem.js';
import type { AuthenticatedRequest, Caller } from '../auth/caller.js';

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
      return parse(body);
    };
    const latest = path`/o/${at.organisation_id}/connectors/${at.connector_id}/versions/latest`;
    const found = await get(latest).catch(undefinedIfMissing);
    if (found === undefined) return undefined;
    const version = nameOf(found);
    const list = path`/o/${at.organisation_id}/connectors/${at.connector_id}/versions/${version}/actions`;
    return { version, actions: await readAll(async (query) => pageOf(await get(list, query))) };
  }
}

async function readAll(getPage: (query: PageQuery) => Promise<ActionPage>): Promise<Action[]> {
  const actions: Action[] = [];
  let after: string | undefined;
  for (let i = 0; i < MAX_PAGES; i++) {
    const page = await getPage({ first: PAGE, ...(after !== undefined && { after }) });
    actions.push(...page.actions);
    after = page.next ?? '';
    if (after === '') break;
  }
  return actions;
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw unexpected('a body that is not JSON');
  }
}

/** The name goes into a path, so it must be one that a path can hold. */
function nameOf(version: unknown): string {
  const { name } = (version ?? {}) as { name?: unknown };
  if (typeof name === 'string' && isPathSegment(name)) return name;
  throw unexpected('a version without a name');
}

/** A page whose actions can be told of: what is read further on is checked here. */
function pageOf(page: unknown): ActionPage {
  const { actions, next } = (page ?? {}) as { actions?: unknown; next?: unknown };
  const isPage = Array.isArray(actions) && actions.every(isAction) && typeof (next ?? '') === 'string';
  if (!isPage) throw unexpected('no page of actions');
  return page as ActionPage;
}

/** Kinds that the contract does not know yet are left to whoever does. */
function isAction(action: unknown): boolean {
  if (action === null || typeof action !== 'object') return false;
  return (action as { type?: unknown }).type !== 'http' || accepts(ActionHTTP, action, 'open');
}

function unexpected(what: string): Problem {
  return problemOfFailure(new UnexpectedAnswer(what));
}

function undefinedIfMissing(error: unknown): undefined {
  if (!(error instanceof Problem && error.status === 404)) throw error;
}
