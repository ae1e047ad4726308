// Opens connections to the subject, asks once on each, and leaves them open until the benchmark is gone.
import { once } from 'node:events';
import { connect } from 'node:net';

const [port, wanted] = process.argv.slice(2).map(Number);
const REQUEST = `GET /health/live HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer x\r\n\r\n`;
const AT_ONCE = 50;

process.once('disconnect', () => process.exit());
let open = 0;
let next = 0;
await Promise.all(Array.from({ length: AT_ONCE }, openSome));
process.send({ open });

async function openSome() {
  while (next < wanted) {
    next += 1;
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => socket.destroy());
    socket.on('close', () => (open -= 1));
    await once(socket, 'connect');
    open += 1;
    socket.write(REQUEST);
    await once(socket, 'data');
  }
}
