import { createRequire } from 'node:module';
import { type Diagnostics, Unreadable } from './diagnostics.js';
import { isObject, type Json, type Path } from './json.js';
import type { Parsed } from './text/parse.js';

const require = createRequire(import.meta.url);

/** Where Swagger 2.0 keeps what OpenAPI 3 keeps under `components`. */
const PLACES: Record<string, string> = {
  schemas: 'definitions',
  parameters: 'parameters',
  responses: 'responses',
  securitySchemes: 'securityDefinitions',
};

/**
 * Converts Swagger 2.0 to OpenAPI 3.0, and reports it: the platform gets the original file.
 * @throws Unreadable when it is another version, or cannot be converted
 */
export function convertSwagger(parsed: Parsed, log: Diagnostics): Parsed {
  const root = parsed.root as Json;
  if (String(root['swagger']) !== '2.0' && root['swagger'] !== 2)
    throw new Unreadable(`Swagger ${JSON.stringify(root['swagger'])} is not known here; 2.0 is.`, 0);
  log.warn(
    'This is Swagger 2.0. It is read as OpenAPI 3.0 after a conversion; the platform gets the file as it is and may refuse it. Then convert it before the import, for example in the Swagger Editor.',
    ['swagger'],
  );
  return { ...parsed, root: converted(root), placeInText: placeInSwagger };
}

function converted(root: Json): unknown {
  try {
    // Loaded only for documents that need it.
    const { upgrade } = require('@scalar/openapi-upgrader') as typeof import('@scalar/openapi-upgrader');
    const result: unknown = upgrade({ ...root, swagger: '2.0' }, '3.0');
    if (isObject(result) && typeof result['openapi'] === 'string') return result;
  } catch (error) {
    if (error instanceof Unreadable) throw error;
  }
  throw new Unreadable('This is Swagger 2.0, and it cannot be converted to OpenAPI 3.0. Convert it before the import.');
}

/** Maps a place of the converted document to its place in the Swagger 2.0 file. */
function placeInSwagger(path: Path): Path {
  const [first, section, ...rest] = path;
  if (first === 'servers') return ['host'];
  const former = first === 'components' ? PLACES[String(section)] : undefined;
  return former === undefined ? path : [former, ...rest];
}
