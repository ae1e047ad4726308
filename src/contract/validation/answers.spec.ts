import { Controller, Get, Post } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { documentOf } from '../../../test/contract/document-of.js';
import { AlsoAnswers, Answers, NeverAnswers, NoPlatformCall, Problems } from './answers.js';
import type { CheckedBody } from './checked-body.js';
import { JsonBody } from './parameters.js';
import { TakesDocument } from './upload.js';
import { IsString } from './validators.js';

/** Declared anew, so that the document is made from these very decorators. */
function declare() {
  class Thing {
    @IsString()
    name: string;
  }
  class Metadata {
    @IsString()
    version: string;
  }
  @Controller()
  class Things {
    @Get('thing')
    @Answers(200, Thing)
    @AlsoAnswers('text/xml', 'text/csv')
    get(): void {
      // Only what is declared for it counts.
    }

    @Get('file')
    @Answers(200, { mediaType: 'application/yaml', schema: { type: 'string' } })
    getFile(): void {
      // Only what is declared for it counts.
    }

    @Get('any')
    @Answers(200, { schema: { type: 'object' } })
    @NoPlatformCall()
    getAny(): void {
      // Only what is declared for it counts.
    }

    @Post('thing')
    @Answers(201, Thing)
    @Problems('version_exists', 'name_taken')
    @NeverAnswers('platform_404')
    create(@JsonBody(Thing) _thing: CheckedBody<Thing>): void {
      // Only what is declared for it counts.
    }

    @Post('nothing')
    @Answers(204)
    @TakesDocument(Thing, Metadata)
    upload(): void {
      // Only what is declared for it counts.
    }
  }
  return Things;
}

const json = (schema: object): object => ({ content: { 'application/json': { schema } } });
const THING = { $ref: '#/components/schemas/Thing' };
describe('the API document', () => {
  it('has the declared success of an operation, and no other', async () => {
    const document = await documentOf(declare());
    expect(document.paths).toMatchObject({
      '/thing': {
        get: { responses: { 200: { description: 'OK.', ...json(THING) } } },
        post: { responses: { 201: { description: 'Created.', ...json(THING) } } },
      },
      '/file': {
        get: { responses: { 200: { content: { 'application/yaml': { schema: { type: 'string' } } } } } },
      },
      '/any': { get: { responses: { 200: json({ type: 'object' }) } } },
    });
    expect(document.paths['/nothing']?.post?.responses).toEqual({ 204: { description: 'No content.' } });
    for (const { get, post } of Object.values(document.paths))
      for (const operation of [get, post].filter((one) => one !== undefined))
        expect(Object.keys(operation.responses)).toHaveLength(1);
  });

  it('has the class of a JSON body', async () => {
    const document = await documentOf(declare());
    expect(document.paths['/thing']?.post?.requestBody).toMatchObject({
      content: { 'application/json': { schema: THING } },
    });
  });

  it('has marks for what is completed later', async () => {
    const document = await documentOf(declare());
    expect(document.paths).toMatchObject({
      '/thing': {
        get: { 'x-media-types': ['text/xml', 'text/csv'] },
        post: { 'x-problems': ['version_exists', 'name_taken'], 'x-never-answers': ['platform_404'] },
      },
      '/any': { get: { 'x-no-platform-call': true } },
      '/nothing': { post: { 'x-upload-metadata': 'Metadata' } },
    });
  });

  it('has both classes of an operation that takes a document', async () => {
    const document = await documentOf(declare());
    expect(document.paths['/nothing']?.post?.requestBody).toMatchObject({
      content: { 'application/json': { schema: THING } },
    });
    expect(document.components?.schemas).toHaveProperty('Metadata.properties.version.type', 'string');
  });
});
