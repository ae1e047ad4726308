import { expect, it } from 'vitest';
import { SandboxPlatform } from './support/sandbox-platform.js';
import * as ids from '../sandbox/platform/seed/seed.ids.js';
it('smokes', async () => {
  const p = await SandboxPlatform.start();
  const c = `/o/${ids.DEMO_ORGANISATION_ID}/connectors/${ids.DEMO_CONNECTOR_ID}`;
  const show = async (m: string, path: string, body?: unknown) => {
    const a = await p.ask(m, path, { body });
    console.log(m, path, a.status, a.type, JSON.stringify(a.body).slice(0, 900));
    return a;
  };
  await show('GET', c);
  await show('GET', '/connectors?first=2');
  await show('GET', c + '/versions');
  await show('GET', c + '/versions/default');
  await show('GET', c + '/versions/2.0.0-rc.1%2Bbuild%207');
  await show('GET', c + '/versions/latest/actions');
  await show('GET', c + '/versions/latest/definitions');
  await show('GET', `/o/${ids.DEMO_ORGANISATION_ID}/schemas/${ids.DEMO_CONNECTOR_ID}/latest/Product.json`);
  await show('POST', c + '/versions', { name: '3', fromVersion: '1.1.0' });
  await show('POST', c + '/versions/3/publish');
  await show('POST', c + '/versions/3/unpublish');
  await show('GET', c + '/connections');
  await show('POST', `/o/${ids.DEMO_ORGANISATION_ID}/connections/${ids.DEMO_CONNECTION_ID}/versions`, { name: '3' });
  await show(
    'POST',
    `/o/${ids.DEMO_ORGANISATION_ID}/connectors/${ids.LIBRARY_CONNECTOR_ID}/versions/latest/library/import`,
  );
  await show('GET', `/o/${ids.DEMO_ORGANISATION_ID}/protocols`);
  await p.close();
  expect(1).toBe(1);
});
