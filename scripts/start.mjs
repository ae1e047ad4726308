import { prepare } from './prepare.mjs';
import { main, runAttached } from './run.mjs';

const PARENT_POLL_MS = 500;

await main(async () => {
  const node = await prepare();
  followNpm();
  return runAttached(node, ['--enable-source-maps', 'dist/sandbox/main.js'], { ipc: true });
});

/** npm hands a signal to the shell between it and this script, and the shell keeps it: when the shell is gone, stop. */
function followNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const shell = process.ppid;
  setInterval(() => {
    if (process.ppid !== shell) process.kill(process.pid, 'SIGTERM');
  }, PARENT_POLL_MS).unref();
}
