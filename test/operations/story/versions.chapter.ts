import { describe, expect, it } from 'vitest';
import * as api from '@connect-gateway/client';
import { must, refused } from '../client-outcome.js';
import type { Story } from './story.js';

/** A name that is easily mangled in a path. */
const NAME = '1.0.0-rc.1+build 7';

const schema = (content: object) => ({
  contentType: 'application/schema+json',
  content: JSON.stringify(content),
});
const PRICE = { name: 'Price', accept: ['application/json'], schema: schema({ type: 'number' }) };
const PRODUCT = {
  name: 'Product',
  accept: ['application/json'],
  schema: schema({ type: 'object', properties: { price: { $ref: '#/$defs/Price' } } }),
};
const BODY = { required: true, definitions: [{ definition: { name: 'Product' } }] };
const SHARED = { type: 'http' as const, method: 'POST' as const, parameters: [], requestBody: BODY };
const ACTION = { ...SHARED, name: 'Get$1', path: '/products', responses: [] };
const TRIGGER = { ...SHARED, name: 'On_1', responses: [{ status: 204, definitions: [] }] };

/** Versions: edit, publish, return to draft. */
export function versionsChapter(story: Story): void {
  const version = () => ({ ...story.connector, version: NAME });

  describe('a version', () => {
    it('can have any name that is valid in a path, but only once', async () => {
      const path = story.connector;
      const made = await must(api.createConnectorVersion({ path, body: { name: NAME } }));
      expect(made).toMatchObject({ name: NAME, isLatest: false, publishedAt: null });
      expect(await must(api.getConnectorVersion({ path: version() }))).toEqual(made);
      expect((await must(api.listConnectorVersions({ path, query: { first: 5 } }))).items).toEqual([made]);
      const again = await refused(api.createConnectorVersion({ path, body: { name: NAME } }));
      expect(again).toMatchObject({ status: 409, code: 'version_exists' });
      const reserved = await refused(api.createConnectorVersion({ path, body: { name: 'latest' } }));
      expect(reserved.fields).toEqual([{ field: 'name', message: expect.stringContaining('reserved') }]);
    });

    it('can change its description, but not its read-only members', async () => {
      const path = version();
      const read = await must(api.getConnectorVersion({ path }));
      const described = await must(api.updateConnectorVersion({ path, body: { ...read, description: 'Größer' } }));
      expect(described).toMatchObject({ description: 'Größer' });
      const problem = await refused(api.updateConnectorVersion({ path, body: { ...described, isLatest: true } }));
      expect(problem).toMatchObject({ status: 400, fields: [{ field: 'isLatest' }] });
    });

    it('has definitions, whose schemas are returned unchanged', async () => {
      const path = version();
      const { definitions } = await must(api.createDefinitions({ path, body: { definitions: [PRICE, PRODUCT] } }));
      expect(definitions.map(({ name }) => name)).toEqual(['Price', 'Product']);
      const product = { ...path, definition_name: 'Product' };
      const read = await must(api.getDefinition({ path: product }));
      const body = { id: read.id, name: read.name, accept: read.accept, description: 'What is sold' };
      expect(await must(api.updateDefinition({ path: product, body }))).toMatchObject(body);
      const raw = await must(api.getRawSchema({ path: { ...path, schema_filename: `${read.id}.json` } }));
      expect(raw).toMatchObject({ type: 'object', properties: { price: {} } });
      const found = await must(api.getDefinitions({ path, query: { name: 'pri' } }));
      expect(found.definitions).toMatchObject([{ name: 'Price', referencedBy: [{ name: 'Product' }] }]);
    });

    it('has an action and a trigger', async () => {
      const path = version();
      expect(await must(api.createAction({ path, body: ACTION }))).toMatchObject({ name: 'Get$1' });
      const action = { ...path, action_name: 'Get$1' };
      const readAction = await must(api.getAction({ path: action }));
      const responses = [{ id: 'new', status: 200, definitions: [] }];
      const changed = await must(api.updateAction({ path: action, body: { ...readAction, responses } }));
      expect(changed.responses).toMatchObject([{ status: 200 }]);
      expect((await must(api.getActions({ path, query: { name: 'get$' } }))).totalCount).toBe(1);

      expect(await must(api.createTrigger({ path, body: TRIGGER }))).toMatchObject({ name: 'On_1' });
      const trigger = { ...path, trigger_name: 'On_1' };
      const readTrigger = await must(api.getTrigger({ path: trigger }));
      const summary = await must(api.updateTrigger({ path: trigger, body: { ...readTrigger, summary: 'Sold' } }));
      expect(summary).toMatchObject({ summary: 'Sold' });
      expect((await must(api.getTriggers({ path }))).triggers).toEqual([summary]);
    });

    it('is published, becomes immutable, and is made a draft again', async () => {
      const path = version();
      const { version: published } = await must(api.publishConnector({ path }));
      expect(published).toMatchObject({ isLatest: true, publishedAt: expect.any(String) });
      const problem = await refused(api.deleteAction({ path: { ...path, action_name: 'Get$1' } }));
      expect(problem).toMatchObject({ status: 409, code: 'version_published' });
      expect(await must(api.unpublishConnector({ path }))).toMatchObject({ version: { publishedAt: null } });
    });

    it('keeps a referenced definition unless deletion is forced', async () => {
      const path = version();
      const one = await refused(api.deleteDefinition({ path: { ...path, definition_name: 'Price' } }));
      expect(one).toMatchObject({ status: 412, definition: { referencedBy: [{ name: 'Product' }] } });
      const several = await refused(api.deleteDefinitions({ path, body: { names: ['Product'] } }));
      expect(several).toMatchObject({ status: 412, code: 'definition_referenced', definition: { name: 'Product' } });
      await must(api.deleteDefinition({ path: { ...path, definition_name: 'Price' }, query: { force: true } }));
      await must(api.deleteDefinitions({ path, query: { force: true }, body: { all: true } }));
      expect(await must(api.getDefinitions({ path }))).toMatchObject({ totalCount: 0, definitions: [] });
    });

    it('is deleted after its action and its trigger', async () => {
      const path = version();
      await must(api.deleteAction({ path: { ...path, action_name: 'Get$1' } }));
      await must(api.deleteTrigger({ path: { ...path, trigger_name: 'On_1' } }));
      await must(api.deleteConnectorVersion({ path }));
      expect(await refused(api.getConnectorVersion({ path }))).toMatchObject({ status: 404 });
    });
  });
}
