import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

// Deletes from node_modules what no running program reads: `node deploy/image/slim.mjs node_modules`. Types, source maps,
// documentation and the typed sources of packages; licences stay, and READMEs, which some packages have theirs in.

const UNREAD = /\.(d\.[cm]?ts|[cm]?tsx?|map|md|markdown|flow|tsbuildinfo)$/i;
const KEPT = /^(licen[cs]e|copying|notice|readme)/i;

const [directory = 'node_modules'] = process.argv.slice(2);
let bytes = 0;
for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !UNREAD.test(entry.name) || KEPT.test(entry.name)) continue;
  const file = join(entry.parentPath, entry.name);
  bytes += statSync(file).size;
  rmSync(file);
}
console.log(`${Math.round(bytes / 1e6)} MB deleted from ${directory}`);
