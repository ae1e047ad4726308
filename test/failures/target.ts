import type { OpenAPIObject } from '@nestjs/swagger';
import { readFileSync } from 'node:fs';
import { DOCUMENT, METADATA, VERSION_METADATA } from '../support/upload.js';
import { isOfPlatform } from '../operations/own.paths.js';

export const JSON_TYPE = 'application/json';
const FORM_TYPE = 'multipart/form-data';
export const BOUNDARY_TYPE = `${FORM_TYPE}; boundary=x`;
const METHODS = ['get', 'post', 'put', 'delete'] as const;
/** Paths that need no session: those that the API document marks so, and undocumented ones. */
const HEALTH = ['/health/live', '/health/ready', '/health/startup'];
/** What a query needs to be complete. */
const NEEDED: Readonly<Record<string, string>> = { content_type: 'a%2Fb', content_length: '7', from: '1' };

/** One operation of the gateway, with one of the bodies that it takes. */
export interface Target {
  readonly name: string;
  /** As in the API document; undefined for undocumented paths. */
  readonly operationId: string | undefined;
  readonly method: string;
  /** As in the API document, with parameters in braces. */
  readonly template: string;
  /** With parameters filled in. */
  readonly path: string;
  /** Including the question mark; empty if there is no query. */
  readonly query: string;
  readonly queryNames: readonly string[];
  readonly takesKey: boolean;
  readonly body: { readonly type: string; readonly text: string } | undefined;
  readonly isPublic: boolean;
  /** Whether a valid call at least reads from the platform. */
  readonly callsPlatform: boolean;
  /** Whether the platform answers a valid call. */
  readonly isOfPlatform: boolean;
}

type Described = NonNullable<OpenAPIObject['paths'][string]['get']>;

/** A form written out. */
export function written(...parts: [head: string, body: string][]): string {
  const text = parts.map(([head, body]) => `--x\r\nContent-Disposition: form-data; ${head}\r\n\r\n${body}\r\n`);
  return `${text.join('')}--x--\r\n`;
}

/** The parts of a valid form. */
export function goodForm(template: string): { file: [string, string]; metadata: [string, string] } {
  const metadata = template.includes('/connector/') ? VERSION_METADATA : METADATA;
  return { file: ['name="file"; filename="a.json"', DOCUMENT], metadata: ['name="metadata"', metadata] };
}

function bodiesOf(template: string, { requestBody }: Described): Target['body'][] {
  if (requestBody === undefined || !('content' in requestBody)) return [undefined];
  return Object.entries(requestBody.content).map(([type, { example }]) => {
    if (type === JSON_TYPE) return { type, text: JSON.stringify(example) };
    const { file, metadata } = goodForm(template);
    return { type: BOUNDARY_TYPE, text: written(file, metadata) };
  });
}

function targetsOf(template: string, method: string, described: Described): Target[] {
  const parameters = (described.parameters ?? []).filter((parameter) => 'in' in parameter);
  const queryNames = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  const needed = queryNames.flatMap((name) => (NEEDED[name] === undefined ? [] : [`${name}=${NEEDED[name]}`]));
  const bodies = bodiesOf(template, described);
  return bodies.map((body) => ({
    name: `${method} ${template}${bodies.length > 1 ? ` as ${body?.type}` : ''}`,
    operationId: described.operationId,
    method,
    template,
    path: template.replaceAll(/\{(\w+)\}/g, (_all, name: string) => name.replaceAll('_', '-')),
    query: needed.length > 0 ? `?${needed.join('&')}` : '',
    queryNames,
    takesKey: parameters.some(({ name }) => name === 'Idempotency-Key'),
    body,
    isPublic: described.security?.some((scheme) => Object.keys(scheme).length === 0) === true,
    isOfPlatform: isOfPlatform(template),
    callsPlatform: described.responses['504'] !== undefined,
  }));
}

function allTargets(): Target[] {
  const { paths } = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as OpenAPIObject;
  const documented = Object.entries(paths).flatMap(([template, item]) =>
    METHODS.flatMap((method) => {
      const described = item[method];
      return described === undefined ? [] : targetsOf(template, method.toUpperCase(), described);
    }),
  );
  const health = HEALTH.flatMap((path) => targetsOf(path, 'GET', { responses: {}, security: [{}] }));
  return [...documented, ...health];
}

/** Every operation of the API document, and the health paths. */
export const TARGETS: readonly Target[] = allTargets();
