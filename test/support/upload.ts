import type { Seen } from './fake-platform.js';
import type { TestGateway } from './gateway.js';

export const API = '/api/connect/v1';
export const IMPORT = `${API}/o/acme/protocols/http/import`;
export const VERSION_IMPORT = `${API}/o/acme/connector/01HZ/http/import`;
export const METADATA = '{"format":"openapi"}';
export const VERSION_METADATA = '{"format":"openapi","version":"2.0"}';

/** The smallest document that can be imported. */
export const DOCUMENT = JSON.stringify({ openapi: '3.1.0', info: { title: 'Pets', version: '1' }, paths: {} });

/** A form with a file and its metadata, as browsers encode it. */
export function formOf(file: string | Uint8Array<ArrayBuffer>, metadata: string | Blob = METADATA): FormData {
  const form = new FormData();
  form.set('file', new Blob([file], { type: 'application/json' }), 'pets.json');
  form.set('metadata', metadata);
  return form;
}

/** Sends a form as a page of the gateway's origin does. */
export function upload(
  gateway: TestGateway,
  cookie: string,
  form: FormData,
  { path = IMPORT, headers = {} }: { path?: string; headers?: Record<string, string> } = {},
): Promise<Response> {
  return fetch(gateway.url + path, { method: 'POST', headers: { cookie, 'x-csrf': '1', ...headers }, body: form });
}

/** The form that the platform received. */
export function formSeen({ body, headers }: Seen): Promise<FormData> {
  const type = headers['content-type'] ?? '';
  return new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
}
