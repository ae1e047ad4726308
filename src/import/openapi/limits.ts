/** How deep objects and arrays may nest: real documents stay below 30, and every later step recurses as deep as this. */
export const MAX_DEPTH = 100;
/** How many values a document may hold, aliases counted each time they are used: 13 MB of GitHub's have 258 000. */
export const MAX_VALUES = 1_000_000;
/** How many keys `<<` may copy in one document. */
export const MAX_MERGED_KEYS = 100_000;
/** How many characters of strings a document may hold, aliases counted each time they are used. */
export const MAX_TEXT = 64 * 1024 * 1024;
/** How many steps rules and conversion may take for one document: GitHub's takes 155 000. */
export const MAX_STEPS = 2_000_000;
/** How many different messages one document can have; the last of them says how many more there are. */
export const MAX_MESSAGES = 100;
/** How many places one message names, and how long its text and each of them may be: names come from the document. */
export const MAX_PLACES = 20;
export const MAX_CHARACTERS = 500;
/** How long the name of an action, trigger or definition may be. */
export const MAX_NAME = 128;
/** How long a base URL may be, and its variables' values in all. */
export const MAX_URL = 2_048;
/** How many bytes of strings a preview may hold; beyond that it lists no more, and says so. */
export const MAX_PLAN_BYTES = 8 * 1024 * 1024;
