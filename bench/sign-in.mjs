const HOPS_MAX = 8;

/**
 * Signs in as a browser does: follows the redirects from a login path to the identity provider and back.
 * @returns {Promise<string>} the `Cookie` header of the session
 */
export async function signIn(loginUrl) {
  const { origin } = new URL(loginUrl);
  const cookies = new Map();
  let url = new URL(loginUrl);
  for (let hop = 0; hop < HOPS_MAX; hop++) {
    const mine = url.origin === origin;
    const answer = await fetch(url, { redirect: 'manual', headers: mine ? { cookie: headerOf(cookies) } : {} });
    await answer.arrayBuffer();
    if (mine) for (const line of answer.headers.getSetCookie()) keep(cookies, line);
    const location = answer.headers.get('location');
    if (answer.status >= 400) throw new Error(`the sign-in got ${answer.status} at ${url.pathname}`);
    if (location === null || url.pathname.endsWith('/callback')) break;
    url = new URL(location, url);
  }
  if (cookies.size === 0) throw new Error('the sign-in set no cookie');
  return headerOf(cookies);
}

function keep(cookies, line) {
  const [pair] = line.split(';', 1);
  const equals = pair.indexOf('=');
  const value = pair.slice(equals + 1);
  if (value === '') cookies.delete(pair.slice(0, equals));
  else cookies.set(pair.slice(0, equals), value);
}

function headerOf(cookies) {
  return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
}
