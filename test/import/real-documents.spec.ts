import { dump } from 'js-yaml';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Message } from '../../src/contract/dto/message.dto.js';
import { type Stage, checkBytes } from '../../src/import/check/check.js';
import { DocumentCheck } from '../../src/import/check/document.check.js';

const EXAMPLES = 'node_modules/@readme/oas-examples';
const GITHUB = 'node_modules/@octokit/openapi/generated/api.github.com.json';
/** Messages about common features that connectors do not support. */
const LEFT_OUT = [
  'Some operations have security requirements of their own',
  'Of the values of a parameter only the type is kept',
  'Parameters of connectors are strings, numbers',
  'Some security schemes are of a kind',
  'Some OAuth 2 flows are of a kind',
  'Bodies in XML are left out',
  'Some bodies have no schema',
  'How the parts of a form are encoded',
  'Bearer tokens are sent',
  'Some operations are deprecated',
  'Callbacks are left out',
  'Links between operations are left out',
  'The document names no server',
  'The base URL has the usual value of',
  'A connector has one base URL',
  'What follows a "#" in a path',
  'Some operations got another name',
  'Some operations have no response that can be taken over',
  '"nullable" without a "type"',
];
/** Its paths are identical under the specification: one has `get`, the other `delete`. */
const WARNINGS = [
  'The paths /orgs/{org}/attestations/{attestation_id} and /orgs/{org}/attestations/{subject_digest} are the same but for the names of their parameters.',
  'The paths /users/{username}/attestations/{attestation_id} and /users/{username}/attestations/{subject_digest} are the same but for the names of their parameters.',
];
/** Examples that contain errors. */
const FAULTS: Record<string, readonly string[]> = {
  'openapi-workshop/post': ['There is no response; the action gets an empty one.'],
  'response-examples': ['Some media types are not valid; their bodies are left out.'],
  'response-http-behavior': [
    'The security requirement "api_key" names no security scheme of the document: the connector gets no such way to authenticate. Describe it under components/securitySchemes.',
  ],
  '3.0 schema-types': ['An array has no "items", which OpenAPI 3.0 asks for; its items may be anything.'],
};

function isOfOldMinimum(text: string): boolean {
  return /^"exclusiveM\w+" must be a number, but is true/.test(text);
}

/** The messages about a document, except those about unsupported features. */
function faultsOf(messages: readonly Message[]): string[] {
  return messages.map(({ text }) => text).filter((text) => !LEFT_OUT.some((begin) => text.startsWith(begin)));
}

const examples = readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' })
  .filter((file) => /^3.*\.(?:json|yaml)$/.test(file))
  .toSorted();

describe('the examples of @readme/oas-examples', () => {
  it('exist for both versions, in JSON and YAML', () => {
    for (const kind of ['3.0/json', '3.0/yaml', '3.1/json', '3.1/yaml'])
      expect(examples.filter((file) => file.startsWith(kind)).length).toBeGreaterThan(10);
  });

  it.each(examples)('are read, and only their actual errors are reported: %s', (file) => {
    const { document, plan } = checkBytes(readFileSync(join(EXAMPLES, file)), () => undefined);
    expect(plan).toBeDefined();
    const name = file.replace(/^3\.\d\/\w+\/(.*)\.\w+$/, '$1');
    expect(faultsOf(document.messages).filter((text) => !isOfOldMinimum(text))).toEqual(
      FAULTS[`${file.slice(0, 3)} ${name}`] ?? FAULTS[name] ?? [],
    );
  });
});

describe("GitHub's document, the largest there is", () => {
  const directory = mkdtempSync(join(tmpdir(), 'check-'));
  const check = new DocumentCheck();

  afterAll(async () => {
    await check.close();
    rmSync(directory, { recursive: true });
  });

  it('has no error, as 13 MB of JSON', async () => {
    const stages: Stage[] = [];
    const document = await check.check('ann', { path: GITHUB }, (stage) => stages.push(stage));
    expect(document).toMatchObject({ written: 'json', openapi: '3.0.3' });
    expect(faultsOf(document.messages)).toEqual(WARNINGS);
    expect(document.messages.every(({ severity }) => severity !== 'error')).toBe(true);
    expect(stages).toEqual(['parsed', 'checked']);
  });

  it('has no error, as 10 MB of YAML, and its message locations are correct', async () => {
    const text = dump(JSON.parse(readFileSync(GITHUB, 'utf8')), { noRefs: true });
    const path = join(directory, 'github.yaml');
    writeFileSync(path, text);
    const { written, messages } = await check.check('ann', { path });
    expect(written).toBe('yaml');
    expect(faultsOf(messages)).toEqual(WARNINGS);
    const same = messages.find(({ text: said }) => said === WARNINGS[0]);
    const [, line] = /\(line (\d+), column 3\)/.exec(same?.detail?.[1] ?? '') ?? [];
    expect(text.split('\n')[Number(line) - 1]).toBe('  /orgs/{org}/attestations/{subject_digest}:');
  });
});
