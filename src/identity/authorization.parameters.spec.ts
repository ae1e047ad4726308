import { describe, expect, it } from 'vitest';
import { configOf } from '../../test/support/unit/settings.js';
import { authorizationParameters, type FrontendParameters } from './authorization.parameters.js';

const METADATA = { issuer: 'https://id.example/' };

/** The parameters for a frontend's wishes, with these settings and metadata. */
function parametersOf(
  wishes: FrontendParameters = {},
  operator = '',
  metadata: object = {},
  scopes = 'openid',
): unknown {
  const config = configOf({ OIDC_SCOPES: scopes, ...(operator !== '' && { OIDC_AUTHORIZATION_PARAMS: operator }) });
  return authorizationParameters(config, { ...METADATA, ...metadata }, wishes);
}

describe('I2: the parameters of an authorization request', () => {
  it('are none where nobody asks for any', () => {
    expect(parametersOf()).toStrictEqual({});
    expect(parametersOf({ prompt: undefined, login_hint: undefined })).toStrictEqual({});
  });

  it('are those of the frontend', () => {
    const wishes = { login_hint: 'ann', max_age: '60', acr_values: 'high', ui_locales: 'de en', prompt: 'login' };
    expect(parametersOf(wishes)).toStrictEqual(wishes);
  });

  it('are those of the operator before the frontend’s', () => {
    const parameters = parametersOf({ acr_values: 'low', login_hint: 'ann' }, 'acr_values=high&audience=api');
    expect(parameters).toStrictEqual({ acr_values: 'high', audience: 'api', login_hint: 'ann' });
  });

  it('lack what the operator leaves empty', () => {
    expect(parametersOf({ acr_values: 'low', login_hint: 'ann' }, 'acr_values=')).toStrictEqual({ login_hint: 'ann' });
  });
});

describe('a request for offline access', () => {
  const OFFLINE = 'openid offline_access';

  it.each([
    [undefined, 'consent'],
    ['', 'consent'],
    ['login', 'login consent'],
    ['consent', 'consent'],
    ['login  select_account', 'login select_account consent'],
    ['none', 'none'],
  ])('with the prompt %o asks for %o', (prompt, expected) => {
    expect(parametersOf({ prompt }, '', {}, OFFLINE)).toStrictEqual({ prompt: expected });
  });

  it('does not ask for consent where the provider does not know that prompt', () => {
    const without = { prompt_values_supported: ['login'] };
    expect(parametersOf({}, '', without, OFFLINE)).toStrictEqual({});
    expect(parametersOf({ prompt: 'login' }, '', without, OFFLINE)).toStrictEqual({ prompt: 'login' });
    expect(parametersOf({}, '', { prompt_values_supported: ['consent'] }, OFFLINE)).toStrictEqual({
      prompt: 'consent',
    });
  });

  it('asks for consent where the provider’s list of prompts is none', () => {
    expect(parametersOf({}, '', { prompt_values_supported: 'login' }, OFFLINE)).toStrictEqual({ prompt: 'consent' });
  });

  it('is not made with the other scopes', () => {
    expect(parametersOf({}, '', {}, 'openid offline_access_like')).toStrictEqual({});
  });
});
