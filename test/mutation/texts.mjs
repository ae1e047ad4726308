import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

const LEVELS = new Set(['log', 'warn', 'error', 'debug']);
/** Members of an object whose text is for operators: what a log line advises, what a metric means. */
const EXPLANATIONS = new Set(['hint', 'help']);

/**
 * Texts that only people read. Another wording says the same to every program, so a mutant of one says nothing about the
 * tests: the message of a log line and the name of its logger, and the members named above. The fields of a log line are
 * mutated like any other code, and so are the messages of problems, which callers receive.
 */
const ignorer = {
  shouldIgnore(path) {
    if (!path.isStringLiteral() && !path.isTemplateLiteral()) return undefined;
    const { parent } = path;
    if (parent.type === 'NewExpression' && parent.callee.name === 'Logger') return 'the name of a logger';
    if (isLogCall(parent) && parent.arguments.at(-1) === path.node) return 'the message of a log line';
    if (isNamed(parent, EXPLANATIONS)) return 'an explanation for operators';
    return undefined;
  },
};

function isLogCall({ type, callee }) {
  return (
    type === 'CallExpression' &&
    callee.property?.name !== undefined &&
    LEVELS.has(callee.property.name) &&
    callee.object.property?.name === 'logger'
  );
}

function isNamed({ type, key, id }, names) {
  if (type === 'ObjectProperty') return names.has(key.name);
  return type === 'VariableDeclarator' && names.has(id.name);
}

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'texts', ignorer)];
