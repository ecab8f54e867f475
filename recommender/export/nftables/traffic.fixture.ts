/** What runs in the lab's namespaces, by `node -e`. Serves TCP and UDP echo on the ports it is given. */
export const SERVER = `
const ports = JSON.parse(process.argv[1]);
const net = require('net'), dgram = require('dgram');
const ready = ports.flatMap((port) => [
  new Promise((done) => net.createServer((socket) => socket.on('error', () => socket.destroy()).pipe(socket)).listen(port, '::', done)),
  new Promise((done) => { const udp = dgram.createSocket('udp6'); udp.on('message', (m, from) => udp.send(m, from.port, from.address)); udp.bind(port, done); }),
]);
Promise.all(ready).then(() => console.log('ready'));`;

/** Refused by a rule, an ICMP answer or silence; a TCP connection or a UDP echo got through. */
export const PROBER = `
const net = require('net'), dgram = require('dgram');
const WAIT = 3000;
const tcp = ({ dst, port }) => new Promise((done) => {
  const socket = net.connect({ host: dst, port, timeout: WAIT }, () => { done(true); socket.destroy(); });
  for (const end of ['error', 'timeout']) socket.on(end, () => { done(false); socket.destroy(); });
});
const udp = ({ dst, port }) => new Promise((done) => {
  const socket = dgram.createSocket(dst.includes(':') ? 'udp6' : 'udp4');
  const end = (result) => { done(result); clearTimeout(timer); try { socket.close(); } catch {} };
  const timer = setTimeout(() => end(false), WAIT);
  socket.on('message', () => end(true)).on('error', () => end(false)).send('?', port, dst);
});
Promise.all(JSON.parse(process.argv[1]).map((probe) => (probe.protocol === 'tcp' ? tcp : udp)(probe)))
  .then((results) => console.log(JSON.stringify(results)));`;

/** Standard input through a TCP connection and back. */
export const PIPE = `
const [host, port] = process.argv.slice(1);
const socket = require('net').connect(Number(port), host, () => console.log('ready'));
socket.on('error', () => process.exit(1));
process.stdin.pipe(socket).pipe(process.stdout);`;
