/** Maximum nesting of objects and arrays: real documents stay below 30, and every later step recurses this deep. */
export const MAX_DEPTH = 100;
/** Maximum number of values in a document, with aliases counted at each use: 13 MB of GitHub's have 258 000. */
export const MAX_VALUES = 1_000_000;
/** Maximum number of keys that `<<` may copy in one document. */
export const MAX_MERGED_KEYS = 100_000;
/** Maximum number of characters in a document's strings, with aliases counted at each use. */
export const MAX_TEXT = 64 * 1024 * 1024;
/** Maximum number of steps of rules and conversion per document: GitHub's takes 155 000. */
export const MAX_STEPS = 2_000_000;
/** Maximum number of distinct messages per document; the last of them says how many more there are. */
export const MAX_MESSAGES = 100;
/** Maximum number of places per message, and maximum length of its text and of each place: names come from the document. */
export const MAX_PLACES = 20;
export const MAX_CHARACTERS = 500;
/** Maximum length of the name of an action, trigger or definition. */
export const MAX_NAME = 128;
/** Maximum length of a base URL, and of all its variables' values together. */
export const MAX_URL = 2_048;
/** Maximum bytes of strings in a preview; further entries are omitted and counted. */
export const MAX_PLAN_BYTES = 8 * 1024 * 1024;
