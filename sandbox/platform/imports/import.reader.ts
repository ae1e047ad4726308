import { ApiError, invalid } from '../http/api.error.js';
import { parseJson } from '../http/json.js';
import { readJson } from '../http/request.body.js';
import type { BodyReader } from '../http/route.js';

/** The body of an import: the file and its metadata, or JSON with the file's URL. */
export type ImportBody = { readonly file: string; readonly metadata: unknown } | { readonly json: unknown };

/** Reads multipart/form-data or JSON. */
export const readImport: BodyReader = async (bytes, headers): Promise<ImportBody> => {
  const type = headers['content-type'] ?? '';
  if (/^multipart\/form-data\b/i.test(type)) return readForm(bytes, type);
  if (/^application\/(?:[\w.-]+\+)?json\b/i.test(type)) return { json: await readJson(bytes, headers) };
  throw new ApiError(
    415,
    'unsupported_media_type',
    'Send the file as multipart/form-data, or JSON that says where it is.',
  );
};

async function readForm(bytes: Buffer, type: string): Promise<ImportBody> {
  const form = await parseForm(bytes, type);
  const [file, metadata] = [form.get('file'), form.get('metadata')];
  if (file === null) throw invalid({ field: 'file', message: 'must be given' });
  return { file: await textOf(file), metadata: metadata === null ? undefined : parseJson(await textOf(metadata)) };
}

async function parseForm(bytes: Buffer, type: string): Promise<FormData> {
  try {
    return await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData();
  } catch {
    throw new ApiError(400, 'invalid_form', 'The body is not valid multipart/form-data.');
  }
}

/** A part with a file name is a file, any other a string; both are accepted. */
function textOf(part: string | File): string | Promise<string> {
  return typeof part === 'string' ? part : part.text();
}
