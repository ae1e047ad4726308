import { type Diagnostic, type Path, errorAt } from './fault.js';
import { follow } from './references.js';
import { METHODS } from './shapes.js';
import { type Members, isObject, own } from './walk.js';

const HOLE = /\{([^{}]*)\}/g;

interface Declared {
  /** Undefined where a reference leads out of the document: then it may be any. */
  readonly name: string | undefined;
  readonly place: Path;
}

/** Checks that the holes of paths and the parameters declared for them are the same, and that no two paths are. */
export function pathFaults(root: Members): Diagnostic[] {
  const paths = isObject(root['paths']) ? root['paths'] : {};
  const templates = Object.keys(paths).filter((template) => !template.startsWith('x-'));
  return [
    ...templates.filter((template) => !template.startsWith('/')).map(withoutSlash),
    ...sameButForNames(templates),
    ...templates.flatMap((template) => parameterFaults(root, template, follow(root, paths[template]))),
  ];
}

function withoutSlash(template: string): Diagnostic {
  return errorAt(`The path ${template} must begin with a slash.`, ['paths', template]);
}

/** By the specification they are one path. Only a warning: GitHub's own document has some, with different methods. */
function sameButForNames(templates: readonly string[]): Diagnostic[] {
  const byForm = Map.groupBy(templates, (template) => template.replace(HOLE, '{}'));
  return [...byForm.values()]
    .filter((same) => same.length > 1)
    .map((same) => ({
      severity: 'warning',
      text: `The paths ${same.join(' and ')} are the same but for the names of their parameters.`,
      places: same.map((template) => ['paths', template]),
    }));
}

function parameterFaults(root: Members, template: string, item: unknown): Diagnostic[] {
  const place = ['paths', template];
  const operations = operationsOf(item, place);
  if (operations.length === 0) return [];
  const common = declaredIn(root, item, place);
  const holes = holesOf(template);
  const all = operations.map(({ operation, at }) => ({ at, declared: declaredIn(root, operation, at) }));
  const surplus = [common, ...all.map(({ declared }) => declared)]
    .flat()
    .filter(({ name }) => name !== undefined && !holes.includes(name));
  return [
    ...surplus.map((declared) => surplusFault(declared, template)),
    ...all.flatMap(({ at, declared }) =>
      missing(holes, [...common, ...declared]).map((hole) => missingFault(hole, at)),
    ),
  ];
}

/** Behind a question mark stand parameters of the query; `{proxy+}` is how API gateways write a rest of a path. */
function holesOf(template: string): string[] {
  const [path = ''] = template.split(/[?#]/);
  return [...new Set(Array.from(path.matchAll(HOLE), ([, name = '']) => name.replace(/\+$/, '')))];
}

function missing(holes: readonly string[], declared: readonly Declared[]): string[] {
  const names = new Set(declared.map(({ name }) => name));
  return names.has(undefined) ? [] : holes.filter((hole) => !names.has(hole));
}

function operationsOf(item: unknown, place: Path): { operation: unknown; at: Path }[] {
  const more = own(item, 'additionalOperations');
  const found = [
    ...METHODS.map((method) => ({ operation: own(item, method), at: [...place, method] })),
    ...Object.entries(isObject(more) ? more : {}).map(([method, operation]) => ({
      operation,
      at: [...place, 'additionalOperations', method],
    })),
  ];
  return found.filter(({ operation }) => isObject(operation));
}

/** The path parameters that a path item or an operation declares, behind references too. */
function declaredIn(root: Members, owner: unknown, at: Path): Declared[] {
  const parameters = own(owner, 'parameters');
  if (!Array.isArray(parameters)) return [];
  return parameters.flatMap((parameter: unknown, index): Declared[] => {
    const place = [...at, 'parameters', index];
    const target = follow(root, parameter);
    if (target === undefined) return [{ name: undefined, place }];
    const name = own(target, 'name');
    return own(target, 'in') === 'path' && typeof name === 'string' ? [{ name: name.replace(/\+$/, ''), place }] : [];
  });
}

function surplusFault({ name, place }: Declared, template: string): Diagnostic {
  return errorAt(`The path parameter "${name}" has no place in the path ${template}.`, place);
}

function missingFault(hole: string, at: Path): Diagnostic {
  return errorAt(`The path has a place for "${hole}", but no path parameter of that name is declared.`, at);
}
