import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Config } from './config.js';
import { ConfigError, type Settings } from './settings-reader.js';

/** Also read in lower case by convention; lower case takes precedence. */
const PROXIES = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'] as const;

/**
 * Reads the settings: `config/default.json`, then `config/<NODE_ENV>.json`, then the environment, each overriding the
 * one before.
 * @throws ConfigError with all errors at once; it never contains a configured value.
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env, directory = 'config'): Config {
  const settings: Settings = {};
  const files = new Map<string, string>();
  for (const base of ['default', env['NODE_ENV']].filter((name) => name !== undefined)) {
    const file = join(directory, `${base}.json`);
    for (const [setting, value] of Object.entries(readSettingsFile(file))) {
      settings[setting] = value;
      files.set(setting, file);
    }
  }
  const environment = new Set<string>();
  for (const [name, value] of Object.entries(withProxies(env))) {
    if (value === undefined || value === '') continue;
    settings[name] = value;
    environment.add(name);
  }
  return new Config(settings, { files, environment });
}

function withProxies(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const all = { ...env };
  for (const name of PROXIES) {
    const lower = env[name.toLowerCase()];
    if (lower !== undefined) all[name] = lower;
  }
  return all;
}

function readSettingsFile(file: string): Settings {
  if (!existsSync(file)) return {};
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (content !== null && typeof content === 'object' && !Array.isArray(content)) return content as Settings;
  } catch {
    // The parser's message may quote a secret; the file name is enough.
  }
  throw new ConfigError([`${file}: must be a JSON object of settings`]);
}
