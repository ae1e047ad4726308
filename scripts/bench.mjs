import { prepare } from './prepare.mjs';
import { main, runAttached } from './run.mjs';
import { preparePeers } from '../bench/prepare-peers.mjs';

await main(async () => {
  const node = await prepare();
  await preparePeers();
  return runAttached(node, ['bench/main.mjs', ...process.argv.slice(2)]);
});
