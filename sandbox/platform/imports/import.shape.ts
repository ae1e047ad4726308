import { object, optional, ruled, text, word } from '../validation/shape.js';
import { versionName } from '../versions/version.shape.js';

const format = word('openapi');

const filetype = ruled(text, 'must be json or yaml', (value) => /\b(?:json|ya?ml)$/i.test(value));

const fromUrl = { schemaURL: text, filetype: optional(filetype), format };

/** Import options of a connector: sent with the file, or with its URL. */
export const connectorImport = { upload: object({ metadata: object({ format }) }), url: object(fromUrl) };

/** Import options of a version: sent with the file, or with its URL. */
export const versionImport = {
  upload: object({ metadata: object({ format, version: versionName }) }),
  url: object({ ...fromUrl, version: versionName }),
};
