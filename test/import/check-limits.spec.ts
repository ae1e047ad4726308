import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { DocumentCheck } from '../../src/import/check/document.check.js';
import { CheckLimits } from '../../src/import/check/limits.js';
import { told, yaml } from './document-messages.js';

const DEEP = 200_000;
const MANY = 1_000_001;

/** Malicious documents and their messages. */
const HARMFUL: readonly (readonly [what: string, document: () => string, message: string])[] = [
  [
    'brackets in brackets',
    () => '['.repeat(DEEP) + ']'.repeat(DEEP),
    'error: The document nests deeper than 100 levels. @ line 1, column 101',
  ],
  [
    'brackets that never end',
    () => '['.repeat(DEEP),
    'error: The document nests deeper than 100 levels. @ line 1, column 101',
  ],
  [
    'objects in objects',
    () => '{"a":'.repeat(DEEP),
    'error: The document nests deeper than 100 levels. @ line 1, column 501',
  ],
  [
    'lists in lists, in YAML',
    () => `- ${'- '.repeat(DEEP)}`,
    'error: The document nests deeper than 100 levels. @ line 1, column 201',
  ],
  [
    'braces in braces, in YAML',
    () => `a: ${'{b: '.repeat(DEEP)}`,
    'error: The document nests deeper than 100 levels. @ line 1, column 397',
  ],
  [
    'too many values',
    () => `{"a": [${'1,'.repeat(MANY)}1]}`,
    'error: The document holds more than 1000000 values. @ line 1, column 2000004',
  ],
  [
    'too many values, in YAML',
    () => `a: [${'1,'.repeat(MANY)}1]`,
    'error: The document holds more than 1000000 values. @ line 1, column 2000004',
  ],
  ['a billion laughs', laughs, 'error: The document holds more than 1000000 values.'],
  ['too many merged keys', merges, 'error: The document merges more than 100000 keys with <<. @ line 101, column 7'],
  ['an alias of itself', () => 'a: &a\n  b: *a', 'error: The document nests deeper than 100 levels.'],
];

function laughs(): string {
  const lines = Array.from({ length: 10 }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n}, `.repeat(9)}*a${n}]`);
  return `a0: &a0 lol\n${lines.join('\n')}`;
}

function merges(): string {
  const keys = Array.from({ length: 1_001 }, (_, n) => `k${n}: 1`).join(', ');
  return `a: &a {${keys}}\n${Array.from({ length: 100 }, (_, n) => `b${n}: {<<: *a}`).join('\n')}`;
}

const directory = mkdtempSync(join(tmpdir(), 'check-'));
const good = fileOf(yaml({}));
afterAll(() => rmSync(directory, { recursive: true }));

function fileOf(text: string): { path: string } {
  const path = join(directory, `${crypto.randomUUID()}.txt`);
  writeFileSync(path, text);
  return { path };
}

describe('a malicious document', () => {
  it.each(HARMFUL)('gets a message with the exceeded limit: %s', (_, document, message) => {
    expect(told(document())).toEqual([message]);
  });
});

const FINE = { written: 'yaml', openapi: '3.1.0', messages: [] };

function refusedWith(text: string): unknown {
  return { written: undefined, openapi: undefined, messages: [{ text, severity: 'error' }] };
}

/** Nearly a million values with unresolved references: takes about ten times the time limit. */
function slow(): { path: string } {
  const schemas = Array.from({ length: 190_000 }, (_, n) => [
    `S${n}`,
    { allOf: [{ $ref: `#/components/schemas/T${n}` }] },
  ]);
  return fileOf(JSON.stringify({ openapi: '3.1.0', paths: {}, components: { schemas: Object.fromEntries(schemas) } }));
}

/** The niceness of each thread of this process, by which Linux shares out a busy core. */
function nicenessOfThreads(): number[] {
  return readdirSync('/proc/self/task').map((thread) => getPriority(Number(thread)));
}

describe('the check threads', () => {
  let check: DocumentCheck;
  afterEach(() => check.close());

  const give = (limits: Partial<CheckLimits>): DocumentCheck =>
    (check = new DocumentCheck(new CheckLimits({ threads: 1, ...limits })));

  it('recover from a document that exceeds the memory limit', async () => {
    give({ heapMiB: 40 });
    const large = fileOf(yaml({ rest: `x-a:\n${'- { a: b }\n'.repeat(300_000)}` }));
    expect(await check.check('ann', large)).toEqual(refusedWith('The document takes too much memory to be checked.'));
    expect(await check.check('ann', good)).toEqual(FINE);
  });

  it('recover from a document that exceeds the time limit', async () => {
    give({ timeMs: 1_000 });
    expect(await check.check('ann', slow())).toEqual(
      refusedWith('The document could not be checked within 1 seconds.'),
    );
    // A busy machine may take more than a second for a good one as well.
    await expect.poll(() => check.check('ann', good)).toEqual(FINE);
  });

  // A busy machine may take more than a second for the second one as well.
  it('do not charge a document for the time of another one', { retry: 4 }, async () => {
    give({ timeMs: 1_000 });
    const [first, second] = await Promise.all([check.check('ann', slow()), check.check('ann', good)]);
    expect(first).toEqual(refusedWith('The document could not be checked within 1 seconds.'));
    expect(second).toEqual(FINE);
  });

  it('report that they are busy when a person exceeds the share, and accept documents again later', async () => {
    give({ share: 2 });
    const taken = [check.check('ann', good), check.check('ann', good)];
    await expect(check.check('ann', good)).rejects.toMatchObject({
      status: 503,
      code: 'import_busy',
      extras: { retryAfterSeconds: 5 },
    });
    const others = [check.check('ben', good), check.check('cem', good)];
    expect(await Promise.all([...taken, ...others])).toEqual([FINE, FINE, FINE, FINE]);
    expect(await check.check('ann', good)).toEqual(FINE);
  });

  it.runIf(process.platform === 'linux')('give way to the thread that answers requests', async () => {
    give({});
    const later = Math.min(getPriority() + 5, 19);
    const before = nicenessOfThreads().filter((niceness) => niceness === later);
    await check.check('ann', good);
    expect(nicenessOfThreads().filter((niceness) => niceness === later)).toHaveLength(before.length + 1);
  });

  it('are provided by Nest, and end on shutdown', async () => {
    @Module({ providers: [DocumentCheck] })
    class Imports {}
    const app = await NestFactory.createApplicationContext(Imports, { logger: false });
    check = app.get(DocumentCheck);
    expect(await check.check('ann', good)).toEqual(FINE);
    const parsed = Promise.withResolvers<unknown>();
    const running = check.check('ann', slow(), parsed.resolve);
    await parsed.promise;
    await Promise.all([check.close(), expect(running).rejects.toThrow('Terminating worker thread')]);
    await app.close();
  });

  it('report a missing file as an internal error', async () => {
    give({});
    await expect(check.check('ann', { path: join(directory, 'nobody') })).rejects.toThrow('ENOENT');
  });
});
