import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM } from '../support/chromium.js';
import { ConsoleSandbox, ORGANISATION, PATIENT } from './console.sandbox.js';

const CONNECTORS = `/api/connect/v1/o/${ORGANISATION}/connectors`;

describe.skipIf(CHROMIUM === undefined)('the console when something fails', () => {
  let own: ConsoleSandbox;
  let page: ConsoleSandbox['page'];
  let connector: { id: string; organisationId: string; name: string };

  beforeAll(async () => {
    own = await ConsoleSandbox.start();
    page = own.page;
    await own.signIn();
    const body = { name: 'Shared', baseUrl: 'https://shared.example', authSchemeConfigs: [] };
    connector = (await own.elsewhere(
      'POST',
      `/api/connect/v1/o/${ORGANISATION}/protocols/http/connectors`,
      body,
    )) as never;
  });
  afterAll(() => own?.close());

  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const dialog = () => page.getByRole('dialog');
  const open = () => own.open(`/connectors/${connector.id}`);

  async function signInByWindow(): Promise<void> {
    const [popup] = await Promise.all([
      own.context.waitForEvent('page'),
      dialog().getByRole('button', { name: 'Sign in' }).click(),
    ]);
    if (!popup.isClosed()) await popup.waitForEvent('close');
  }

  it('F3: keeps what was typed when the session ends, and sends it after a new sign-in', async () => {
    await open();
    await button('New version').click();
    await page.getByLabel('Name').fill('1.0.0');
    await own.elsewhere('DELETE', '/auth/sessions');
    await dialog().getByText('This session was ended from another one.').waitFor();
    await button('Create').click();
    await dialog().getByText('One request waits until you sign in again.').waitFor();
    await signInByWindow();
    await page.getByRole('link', { name: '1.0.0' }).waitFor();
    expect(await dialog().count()).toBe(0);
  });

  it('refuses to overwrite what was changed elsewhere, and shows how it is now', async () => {
    await open();
    await button('Edit').click();
    await page.getByLabel('Name').fill('Mine');
    await own.elsewhere('PUT', `${CONNECTORS}/${connector.id}`, {
      id: connector.id,
      organisationId: connector.organisationId,
      protocol: 'http',
      name: 'Theirs',
      baseUrl: 'https://theirs.example',
    });
    await button('Save').click();
    await page.getByText('This was changed since you opened it.').waitFor();
    await button('Reload').click();
    await page.getByRole('heading', { name: 'Theirs', exact: true }).waitFor();
    await page.getByText('https://theirs.example').waitFor();
    expect(await own.elsewhere('GET', `${CONNECTORS}/${connector.id}`)).toMatchObject({ name: 'Theirs' });
  });

  it('shows a conflict that only the platform can see', async () => {
    await open();
    await button('New version').click();
    await page.getByLabel('Name').fill('1.0.0');
    await button('Create').click();
    await dialog().getByRole('alert').waitFor();
    await button('Reload').click();
    await expect.poll(() => dialog().count(), PATIENT).toBe(0);
  });

  it('says that something is gone', async () => {
    const other = (await own.elsewhere('POST', `/api/connect/v1/o/${ORGANISATION}/protocols/http/connectors`, {
      name: 'Gone soon',
      baseUrl: 'https://gone.example',
      authSchemeConfigs: [],
    })) as { id: string };
    await own.open(`/connectors/${other.id}`);
    await page.getByRole('heading', { name: 'Gone soon' }).waitFor();
    await own.elsewhere('DELETE', `${CONNECTORS}/${other.id}`);
    await page.reload();
    await expect.poll(() => page.getByRole('alert').textContent(), PATIENT).toContain('There is no such connector.');
    await page.getByRole('link', { name: 'Connectors' }).first().click();
    await page.getByRole('heading', { name: 'Connectors' }).waitFor();
  });

  it('stays while the platform is away, and goes on when it is back', async () => {
    await own.open('/connectors?name=Theirs');
    await page.getByRole('link', { name: /Theirs/ }).waitFor();
    own.platform.become('cut in the middle');
    await page.getByLabel('Name').fill('Acme');
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('link', { name: 'Demo Person' }).count()).toBe(1);
    own.platform.become('open');
    await button('Try again').click();
    await page.getByRole('link', { name: /Acme Shop/ }).waitFor();
    await expect.poll(() => page.getByRole('alert').count(), PATIENT).toBe(0);
  });

  it('warns before the session ends, and extends it', async () => {
    const data = JSON.stringify({ state: 'ending', reason: 'idle', at: new Date().toISOString() });
    await page.route('**/auth/events', (route) =>
      route.fulfill({ contentType: 'text/event-stream', body: `event: session\ndata: ${data}\n\n` }),
    );
    await open();
    await page.getByText(/You will be signed out at/).waitFor();
    const extended = page.waitForRequest('**/auth/sessions');
    await button('Stay signed in').click();
    expect((await extended).method()).toBe('GET');
    await page.unroute('**/auth/events');
  });

  it('names an address that it does not know', async () => {
    await page.goto(`${own.url}/nowhere`);
    await page.getByRole('heading', { name: 'Page not found' }).waitFor();
    await page.getByRole('link', { name: 'Go to your connectors' }).click();
    await expect.poll(() => page.getByRole('heading', { level: 1 }).textContent(), PATIENT).toBe('Connectors');
  });

  it('shows why signing in failed', async () => {
    await own.elsewhere('DELETE', '/auth/sessions');
    await page.goto(`${own.url}/?login_error=login_refused`);
    await expect
      .poll(() => page.getByRole('alert').textContent(), PATIENT)
      .toContain('Signing in failed (login_refused).');
    await page.getByRole('main').getByRole('button', { name: 'Sign in' }).waitFor();
  });

  it('throws nothing', () => {
    expect(own.complaints).toEqual([]);
  });
});
