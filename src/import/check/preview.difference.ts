import { type Change, type ChangeDetail, MAX_DETAILS } from '../../comparison/change.js';
import { compareVersions } from '../../comparison/version.comparison.js';
import type { VersionContent } from '../../comparison/version.content.js';
import type { NewAuthSchemeConfig } from '../openapi/connector.model.js';
import type { Conversion } from '../openapi/conversion.js';
import { shortened } from '../openapi/diagnostics.js';

/** The version before a new one, and its connector. */
export interface FormerVersion {
  readonly content: VersionContent;
  /** Undefined if the connector could not be read. */
  readonly connector: FormerConnector | undefined;
}

/** The members of a connector that apply to all its versions. */
export interface FormerConnector {
  readonly baseUrl: string;
  readonly authSchemeConfigs: readonly { readonly schemeType: string; readonly description: string }[];
}

/** A change of a version, or of its connector. */
export type PreviewedChange = Omit<Change, 'subject' | 'in' | 'details'> & {
  readonly in?: string[];
  readonly details?: ChangeDetail[];
  readonly subject: {
    readonly kind: Change['subject']['kind'] | 'connector' | 'authSchemeConfig';
    readonly name: string;
  };
};

/** An action, and the target of its request. */
export interface NamedAction {
  readonly name: string;
  readonly method: string;
  readonly path: string;
}

/** How a new version would differ from the one before it. */
export interface PlannedDifference {
  /** Breaking changes first. */
  readonly changes: PreviewedChange[];
  readonly counts: {
    readonly added: number;
    readonly removed: number;
    readonly changed: number;
    readonly breaking: number;
  };
  /** The number of changes that are not listed. */
  readonly omitted: number;
  readonly unchanged: number;
  readonly added: NamedAction[];
  readonly removed: NamedAction[];
  readonly changed: (NamedAction & { readonly changes: string[]; readonly formerName?: string })[];
}

/** Maximum number of changes that a preview lists. */
const MAX_CHANGES = 500;

/**
 * Compares a converted document with a version of the platform, using the code that compares two versions, and its
 * settings with those of the connector. Runs in the thread of the check: only the bounded difference leaves it.
 */
export function differenceOf(former: FormerVersion, made: Conversion): PlannedDifference {
  const compared = compareVersions(former.content, made);
  const changes = [
    ...compared.changes.map(ownOf),
    ...(former.connector ? connectorChanges(former.connector, made) : []),
  ];
  const listed = changes.toSorted((a, b) => Number(b.breaking) - Number(a.breaking)).slice(0, MAX_CHANGES);
  const counts = { added: 0, removed: 0, changed: 0, breaking: changes.filter(({ breaking }) => breaking).length };
  for (const { change } of changes) counts[change] += 1;
  return {
    changes: listed.map(clipped),
    counts,
    omitted: changes.length - listed.length,
    unchanged: compared.unchanged,
    ...actionLists(listed, former.content, made),
  };
}

/** A change whose lists are its own. */
function ownOf({ in: members, details, ...change }: Change): PreviewedChange {
  return { ...change, ...(members && { in: [...members] }), ...(details && { details: [...details] }) };
}

/** A version has no base URL and no authentication schemes of its own: its connector keeps those it has. */
function connectorChanges(former: FormerConnector, made: Conversion): PreviewedChange[] {
  const changes: PreviewedChange[] = [];
  if (former.baseUrl !== made.baseUrl)
    changes.push({
      subject: { kind: 'connector', name: 'baseUrl' },
      change: 'changed',
      in: ['baseUrl'],
      breaking: true,
      text: `The document's base URL is ${quoted(made.baseUrl)}, and the connector keeps ${quoted(former.baseUrl)}: actions of the new version would call that. Change the connector, or import the document as a new one.`,
    });
  const known = new Set(former.authSchemeConfigs.map(keyOf));
  const named = new Set(made.authSchemeConfigs.map(keyOf));
  for (const config of made.authSchemeConfigs)
    if (!known.has(keyOf(config))) changes.push(authChange(config, 'added', 'is new; the connector gets it.'));
  for (const config of former.authSchemeConfigs)
    if (!named.has(keyOf(config)))
      changes.push(authChange(config, 'removed', 'is no longer in the document; the connector keeps it.'));
  return changes;
}

function authChange(
  { schemeType, description }: Pick<NewAuthSchemeConfig, 'description'> & { readonly schemeType: string },
  change: 'added' | 'removed',
  what: string,
): PreviewedChange {
  return {
    subject: { kind: 'authSchemeConfig', name: description },
    change,
    breaking: false,
    text: `The way to authenticate "${description}" (${schemeType}) ${what}`,
  };
}

function keyOf({ schemeType, description }: { readonly schemeType: string; readonly description: string }): string {
  return `${schemeType} ${description}`;
}

function quoted(url: string): string {
  return url === '' ? 'empty' : url;
}

function clipped({ text, details, ...change }: PreviewedChange): PreviewedChange {
  return {
    ...change,
    text: shortened(text),
    ...(details && { details: details.slice(0, MAX_DETAILS).map((one) => ({ ...one, text: shortened(one.text) })) }),
  };
}

/** The listed changes of actions, with the targets of their requests. */
function actionLists(changes: readonly PreviewedChange[], before: VersionContent, { actions }: Conversion) {
  const [former, current] = [actionsByName(before.actions), actionsByName(actions)];
  const ofActions = changes.filter(({ subject }) => subject.kind === 'action');
  const pick = (change: Change['change'], all: ReadonlyMap<string, NamedAction>): NamedAction[] =>
    ofActions.filter((one) => one.change === change).flatMap(({ subject }) => all.get(subject.name) ?? []);
  return {
    added: pick('added', current),
    removed: pick('removed', former),
    changed: ofActions.flatMap(({ change, subject, in: members = [], formerName }) => {
      const action = change === 'changed' ? current.get(subject.name) : undefined;
      return action === undefined
        ? []
        : [{ ...action, changes: members, ...(formerName !== undefined && { formerName }) }];
    }),
  };
}

function actionsByName(
  actions: readonly { readonly name: string; readonly method: string; readonly path?: string }[],
): ReadonlyMap<string, NamedAction> {
  return new Map(actions.map(({ name, method, path = '' }) => [name, { name, method, path }]));
}
