import { dump } from 'js-yaml';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Stage } from '../../src/import/check/check.js';
import { DocumentCheck } from '../../src/import/check/document.check.js';
import { told } from './told.js';

const EXAMPLES = 'node_modules/@readme/oas-examples';
const GITHUB = 'node_modules/@octokit/openapi/generated/api.github.com.json';
/** By the specification its paths are the same: one has `get`, the other `delete`. */
const WARNINGS = [
  'The paths /orgs/{org}/attestations/{attestation_id} and /orgs/{org}/attestations/{subject_digest} are the same but for the names of their parameters.',
  'The paths /users/{username}/attestations/{attestation_id} and /users/{username}/attestations/{subject_digest} are the same but for the names of their parameters.',
];
/** Examples that are wrong, and why: `responses` must name at least one. */
const WRONG: Record<string, readonly string[]> = {
  '3.0/json/openapi-workshop/post.json': [
    'error: Must not be empty. @ /paths/~1hoot/post/responses (line 26, column 9)',
  ],
};

const examples = readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' })
  .filter((file) => /^3.*\.(?:json|yaml)$/.test(file))
  .toSorted();

describe('the examples of @readme/oas-examples', () => {
  it('are there, in both versions and both ways to write', () => {
    for (const kind of ['3.0/json', '3.0/yaml', '3.1/json', '3.1/yaml'])
      expect(examples.filter((file) => file.startsWith(kind)).length).toBeGreaterThan(10);
  });

  it.each(examples)('have no fault: %s', (file) => {
    expect(told(readFileSync(join(EXAMPLES, file)))).toEqual(WRONG[file] ?? []);
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
    const document = await check.check({ path: GITHUB }, (stage) => stages.push(stage));
    expect(document).toMatchObject({ written: 'json', openapi: '3.0.3' });
    expect(document.messages.map(({ severity, text }) => [severity, text])).toEqual(
      WARNINGS.map((text) => ['warning', text]),
    );
    expect(stages).toEqual(['parsed', 'checked']);
  });

  it('has no error, as 10 MB of YAML, and places that are right', async () => {
    const text = dump(JSON.parse(readFileSync(GITHUB, 'utf8')), { noRefs: true });
    const path = join(directory, 'github.yaml');
    writeFileSync(path, text);
    const { written, messages } = await check.check({ path });
    expect(written).toBe('yaml');
    expect(messages.map(({ severity, text: said }) => [severity, said])).toEqual(
      WARNINGS.map((said) => ['warning', said]),
    );
    const [, line] = /\(line (\d+), column 3\)/.exec(messages[0]?.detail?.[1] ?? '') ?? [];
    expect(text.split('\n')[Number(line) - 1]).toBe('  /orgs/{org}/attestations/{subject_digest}:');
  });
});
