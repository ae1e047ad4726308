import { existsSync } from 'node:fs';

/** The path of Chromium; undefined if it is not installed, which is an error if CI is set. */
export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);

if (CHROMIUM === undefined && process.env['CI']) throw new Error('Chromium is missing: apt-get install chromium');
