// Opens connections to the subject, asks once on each, and leaves them open until the benchmark is gone. Says how many
// there are, and how many were answered with 200: as soon as all are open, and whenever it is asked.
import { once } from 'node:events';
import { connect } from 'node:net';

const [port, wanted] = process.argv.slice(2).map(Number);
const REQUESTS = JSON.parse(process.env.REQUESTS);
const GOOD = 'HTTP/1.1 200';
const AT_ONCE = 50;

process.once('disconnect', () => process.exit());
process.on('message', report);
let open = 0;
let good = 0;
let next = 0;
await Promise.all(Array.from({ length: AT_ONCE }, openSome));
report();

async function openSome() {
  while (next < wanted) {
    const request = REQUESTS[next % REQUESTS.length];
    next += 1;
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => socket.destroy());
    socket.on('close', () => (open -= 1));
    await once(socket, 'connect');
    open += 1;
    socket.write(request);
    const [answer] = await once(socket, 'data');
    if (answer.toString('latin1', 0, GOOD.length) === GOOD) good += 1;
  }
}

function report() {
  process.send({ open, good });
}
