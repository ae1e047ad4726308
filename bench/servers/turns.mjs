// Loaded before a gateway: measures how long the turns of its event loop are, by the processor time of its main thread,
// which counts nothing that other processes take of a busy machine.
let longest = 0;
let before = process.threadCpuUsage();

setInterval(() => {
  const now = process.threadCpuUsage();
  longest = Math.max(longest, now.user + now.system - before.user - before.system);
  before = now;
}, 1).unref();

process.on('message', (question) => {
  if (question === 'turns: begin') longest = 0;
  if (question === 'turns: end') process.send({ longestUs: longest });
});
process.channel?.unref();
