import { MulterError } from 'multer';
import { Problem } from '../problems/problem.js';

/** What is wrong with a form, by multer's code: the member it is about, and the fix. */
const FORM_FAULTS: Record<string, string> = {
  LIMIT_UNEXPECTED_FILE: 'is not known here; send the document once, as "file"',
  LIMIT_PART_COUNT: 'has too many parts; send "file" and "metadata" only',
  LIMIT_FIELD_VALUE: 'is too long; send the document itself as a part with a file name',
  LIMIT_FIELD_NESTING: 'is not known here; send "metadata" as one JSON object',
  LIMIT_FIELD_KEY: 'has a part whose name is too long',
  MISSING_FIELD_NAME: 'has a part without a name',
  INVALID_FIELD_NAME: 'has a part whose name cannot be read',
};

/** Nothing of an upload has arrived for a while. */
export const STALLED = new Problem(408, 'upload_stalled', 'The upload has stalled and was given up; send it again.', {
  headers: { Connection: 'close' },
});

/** The document is larger than `IMPORT_MAX_BYTES`. */
export function uploadTooLarge(maxBytes: number): Problem {
  return new Problem(413, 'content_too_large', `The document is larger than ${maxBytes} bytes.`);
}

/** A member of the form is missing or wrong. */
export function formFault(field: string, message: string): Problem {
  return new Problem(400, 'invalid_request', `${field} ${message}.`, { fields: [{ field, message }] });
}

/** A problem for whatever kept a form from being read. */
export function problemOfUpload(cause: unknown, maxBytes: number): Problem {
  const { code, field, message } = cause as MulterError & NodeJS.ErrnoException;
  if (code === 'LIMIT_FILE_SIZE') return uploadTooLarge(maxBytes);
  if (cause instanceof MulterError && FORM_FAULTS[code]) return formFault(field ?? 'The form', FORM_FAULTS[code]);
  // The disk is full, or not to be written to.
  if (typeof code === 'string') return new Problem(503, 'upload_not_stored', NOT_STORED, { cause });
  if (/^Request |^Unexpected end of form/.test(message))
    return new Problem(400, 'incomplete_body', 'The body ended before it was complete.', { cause });
  return new Problem(400, 'malformed_form', 'The body is not valid multipart/form-data (RFC 7578).', { cause });
}

const NOT_STORED = 'The document could not be stored; try again later.';
