import { describe, expect, it } from 'vitest';
import { withOfflineAccess } from './offline-access.js';

const ASKING = '/auth?client_id=a&scope=openid+offline_access&state=%26%3D%20';

describe('withOfflineAccess', () => {
  it('takes the consent of the first-party client as given, and keeps the rest of the request', () => {
    const query = new URLSearchParams(withOfflineAccess(ASKING).slice('/auth?'.length));
    expect(Object.fromEntries(query)).toEqual({
      client_id: 'a',
      scope: 'openid offline_access',
      state: '&= ',
      prompt: 'consent',
    });
  });

  it('adds to the prompts that are asked for', () => {
    expect(withOfflineAccess(`${ASKING}&prompt=login`)).toContain('prompt=login+consent');
  });

  it.each([
    ['a request without offline_access', '/auth?scope=openid'],
    ['a request that must not show anything', `${ASKING}&prompt=none`],
    ['a request that has consent already', `${ASKING}&prompt=consent`],
    ['another path', '/token?scope=offline_access'],
    ['a target that is no URL', '//[/auth?scope=offline_access'],
  ])('leaves %s alone', (_name, target) => {
    expect(withOfflineAccess(target)).toBe(target);
  });
});
