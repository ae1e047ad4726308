import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathOf, runQuietly, ScriptFault } from './run.mjs';

/** What the tests use beside Node: any one of the commands will do. */
const TOOLS = [
  {
    commands: ['valkey-server', 'redis-server'],
    package: 'redis-server',
    without: 'the tests of the session store that many gateways share',
    elsewhere: 'brew install valkey',
  },
  {
    commands: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    package: 'chromium',
    without: 'the tests in a browser',
    elsewhere: 'a Chromium or Chrome on the PATH',
  },
  {
    commands: ['glewlwyd'],
    package: 'glewlwyd',
    without: 'the tests with an identity provider that others made',
    elsewhere: 'nowhere that we know of',
  },
  {
    commands: ['nginx'],
    package: 'nginx',
    without: 'the tests behind nginx',
    elsewhere: 'brew install nginx',
  },
  {
    commands: ['haproxy'],
    package: 'haproxy',
    without: 'the tests behind HAProxy',
    elsewhere: 'brew install haproxy',
  },
  {
    commands: ['caddy'],
    package: 'caddy',
    without: 'the tests behind Caddy',
    elsewhere: 'brew install caddy',
  },
  {
    commands: ['zsh'],
    package: 'zsh',
    without: 'the README’s tour in zsh',
    elsewhere: 'brew install zsh',
  },
  {
    commands: ['promtool'],
    package: 'prometheus',
    without: 'the tests of metrics and alerts by promtool',
    elsewhere: 'brew install prometheus',
  },
];

/**
 * Looks for what the tests use and installs what is missing where that is allowed. Each test looks for its own tool and
 * is skipped without it; this says so beforehand, or ends a run that must be complete.
 */
export async function provideTools() {
  const missing = TOOLS.filter(isMissing);
  if (missing.length > 0 && process.getuid?.() === 0 && find('apt-get'))
    await install(missing.map((tool) => tool.package));
  const stillMissing = missing.filter(isMissing);
  for (const tool of stillMissing) {
    console.log(`Missing: ${tool.commands.join(' or ')}. Left out: ${tool.without}.`);
    console.log(`  To get it: apt-get install ${tool.package} (Debian, Ubuntu), or ${tool.elsewhere}.`);
  }
  if (stillMissing.length > 0 && isCi()) throw new ScriptFault('With CI=true every test must run.');
}

async function install(packages) {
  console.log(`Installing ${packages.join(' and ')}…`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await runQuietly('apt-get', ['update'], env);
    await runQuietly('apt-get', ['install', '-y', '--no-install-recommends', ...packages], env);
  } catch (error) {
    if (!(error instanceof ScriptFault)) throw error;
    console.log(error.message);
  }
}

function isMissing(tool) {
  return !tool.commands.some((command) => find(command));
}

function find(command) {
  return pathOf(process.env).some((directory) => isExecutable(join(directory, command)));
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function isCi() {
  return ['true', '1'].includes(process.env.CI ?? '');
}
