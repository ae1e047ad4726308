import { existsSync } from 'node:fs';

/** Where Chromium is; undefined where there is none, which is a failure where CI is set. */
export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);

if (CHROMIUM === undefined && process.env['CI']) throw new Error('Chromium is missing: apt-get install chromium');
