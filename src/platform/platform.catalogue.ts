import type { ProblemKind } from '../http/problem.catalogue.js';

const REFUSED = 'The platform gave no reason; check the request against the API document.';

/**
 * The platform's own codes that are known: those of its sandbox, and `platform_<status>` for an error without a code.
 * They are passed on with the platform's message. The platform's contract lists no codes, so others may come.
 */
export const PLATFORM_PROBLEMS = {
  platform_400: {
    status: 400,
    message: 'The platform refused the request with status 400.',
    remedy: REFUSED,
    on: ['platform'],
  },
  platform_403: {
    status: 403,
    message: 'The platform refused the request with status 403.',
    remedy: 'Ask the administrators for access.',
    on: ['platform'],
  },
  platform_404: {
    status: 404,
    message: 'The platform refused the request with status 404.',
    remedy: 'Check the ids in the path.',
    on: ['platform'],
  },
  platform_409: {
    status: 409,
    message: 'The platform refused the request with status 409.',
    remedy: 'Read the resource again; it is in another state than expected.',
    on: ['platform'],
  },
  platform_412: {
    status: 412,
    message: 'The platform refused the request with status 412.',
    remedy: 'Read the resource again; it is in another state than expected.',
    on: ['platform'],
  },
  platform_422: {
    status: 422,
    message: 'The platform refused the request with status 422.',
    remedy: REFUSED,
    on: ['platform'],
  },
  platform_429: {
    status: 429,
    message: 'The platform refused the request with status 429.',
    remedy: 'Retry after the number of seconds in `Retry-After`, if it is there; else after a minute.',
    on: ['platform'],
  },
  not_found: {
    status: 404,
    message: 'There is no such connector.',
    remedy: 'Check the ids in the path, and that the person is a member of the organisation.',
    on: ['platform'],
  },
  name_taken: {
    status: 409,
    message: 'The version has an action "Get order" already.',
    remedy: 'Choose another name.',
    on: ['operation'],
  },
  version_exists: {
    status: 409,
    message: 'There is a version named "1.2.0" already.',
    remedy: 'Choose another name.',
    on: ['operation'],
  },
  version_published: {
    status: 409,
    message: 'Version "1.2.0" is published and cannot be changed.',
    remedy: 'Create a draft version from it (`fromVersion`), and change that.',
    on: ['operation'],
  },
  version_not_published: {
    status: 409,
    message: 'Version "1.2.0" is not published.',
    remedy: 'Nothing to do: it is a draft already.',
    on: ['operation'],
  },
  version_in_use: {
    status: 409,
    message: 'Version "1.2.0" is in use.',
    remedy: 'Remove what uses it first.',
    on: ['operation'],
  },
  connector_in_use: {
    status: 409,
    message: 'The connector has a published version or a connection in use.',
    remedy: 'Remove what uses it, or repeat the request with `force=true`.',
    on: ['operation'],
  },
  connection_in_use: {
    status: 412,
    message: 'The connection is in use.',
    remedy: 'Remove what uses it, or repeat the request with `force=true`.',
    on: ['operation'],
  },
  definition_referenced: {
    status: 412,
    message: 'The definition is referenced by others.',
    remedy: 'Remove the references in `definition.referencedBy`, or repeat the request with `force=true`.',
    on: ['operation'],
  },
  unreadable_document: {
    status: 400,
    message: 'The document cannot be imported.',
    remedy: 'Correct the document; `messages` has the errors.',
    on: ['operation'],
  },
} as const satisfies Record<string, ProblemKind>;

/** A code of the platform that is known. */
export type PlatformProblemCode = keyof typeof PLATFORM_PROBLEMS;
