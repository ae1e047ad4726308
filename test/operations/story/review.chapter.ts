import { describe, expect, it } from 'vitest';
import * as api from '@connect-gateway/client';
import {
  DEMO_CONNECTOR_ID,
  DEMO_FAULTY_CONNECTOR_ID,
  DEMO_ORGANISATION_ID,
} from '../../../sandbox/platform/seed/seed.ids.js';
import { must, refused } from '../client-outcome.js';

const at = (connector_id: string, version: string) => ({
  path: { organisation_id: DEMO_ORGANISATION_ID, connector_id, version },
});

/** Review of the sandbox's versions: the messages of one, and the difference between two. */
export function reviewChapter(): void {
  describe('the messages of a version', () => {
    it('cover every kind of object, and the platform refuses to publish a faulty version', async () => {
      const faulty = at(DEMO_FAULTY_CONNECTOR_ID, '0.2.0');
      const review = await must(api.getVersionMessages(faulty));
      expect(
        review.messages.map(({ severity, subject, field }) => [severity, subject.kind, subject.name, field]),
      ).toEqual([
        ['error', 'version', '0.2.0', undefined],
        ['error', 'action', 'PrintBadge', 'path'],
        ['error', 'trigger', 'InkIsLow', 'requestBody.definitions[0]'],
        ['error', 'authSchemeConfig', 'Sign-in at the front desk', undefined],
        ['error', 'connection', 'Front desk', 'credentials.action[0].credential'],
        ['warning', 'action', 'GetBadge', 'parameters[0]'],
        ['warning', 'authSchemeConfig', 'Sign-in at the front desk', undefined],
      ]);
      expect(review).toMatchObject({
        version: '0.2.0',
        counts: { error: 5, warning: 2, info: 0 },
        publishable: false,
        reason: 'It has 4 errors.',
        unvalidated: 1,
        complete: true,
      });
      expect(await refused(api.publishConnector(faulty))).toMatchObject({ status: 400 });
      const warnings = await must(
        api.getVersionMessages({ ...faulty, query: { severity: ['warning'], kind: ['action'] } }),
      );
      expect(warnings.messages).toHaveLength(1);
    });

    it('are available before publication, and the publication result afterwards', async () => {
      const published = await must(api.getVersionMessages(at(DEMO_FAULTY_CONNECTOR_ID, 'latest')));
      expect(published).toMatchObject({ version: '0.1.0', publishable: false, reason: 'It is already published.' });
      expect(published.messages.filter(({ subject }) => subject.kind === 'version')).toMatchObject([
        { severity: 'info', detail: ['Lanyard'] },
      ]);
    });
  });

  describe('the difference between two versions', () => {
    it('lists the changes and explains which are breaking', async () => {
      const query = { from: '0.1.0' };
      const difference = await must(api.getVersionDifference({ ...at(DEMO_FAULTY_CONNECTOR_ID, '0.2.0'), query }));
      expect(difference.changes.map(({ subject, change, breaking }) => [subject.name, change, breaking])).toEqual([
        ['GetBadge', 'changed', true],
        ['PrintBadge', 'changed', true],
        ['Badge', 'changed', true],
        ['Lanyard', 'removed', true],
        ['Photo', 'removed', true],
        ['ListStickers', 'added', false],
        ['InkIsLow', 'added', false],
        ['Sticker', 'added', false],
      ]);
      expect(difference).toMatchObject({ from: '0.1.0', to: '0.2.0', unchanged: 1, omitted: 0 });
    });

    it('is empty for a version and its copy', async () => {
      const difference = await must(
        api.getVersionDifference({ ...at(DEMO_CONNECTOR_ID, 'latest'), query: { from: 'default' } }),
      );
      expect(difference).toMatchObject({ from: '1.0.0', to: '1.1.0', changes: [], complete: true });
    });
  });
}
