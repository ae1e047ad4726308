import { anything, filledText, flag, list, nullable, object, optional, ruled, text } from '../validation/shape.js';

const RESERVED = ['latest', 'default'];

/** The name of a version, which is used in paths. */
export const versionName = ruled(
  ruled(filledText, 'must not be "." or "..": paths cannot carry it', (name) => !['.', '..'].includes(name)),
  'must not be "latest" or "default": these names are reserved',
  (name) => !RESERVED.includes(name),
);

/** A version to create, of a connector or of a connection. */
export const versionCreate = object({ name: versionName, fromVersion: optional(text) });

/** A changed version. */
export const versionUpdate = object({
  id: text,
  name: versionName,
  description: optional(text),
  isLatest: flag,
  isDefault: flag,
  createdAt: text,
  updatedAt: text,
  publishedAt: nullable(text),
  messages: optional(list(anything)),
});
