import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Farewells } from './farewells';

async function until(reached: () => boolean | Promise<boolean>): Promise<void> {
  let is = false;
  for (let tries = 0; tries < 300 && !is; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    is = await reached();
  }
  expect(is).toBe(true);
}

describe('farewells', () => {
  let server: Server;
  beforeEach(async () => {
    server = createServer({ allowHalfOpen: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(async () => {
    server.close();
    await once(server, 'close');
  });

  /** A connection whose other end has shut down, and what that finds. */
  const halfClosed = async (farewells: Farewells) => {
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const client = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true });
    const found: string[] = [];
    client
      .on('end', () => found.push('end'))
      .on('error', (error: NodeJS.ErrnoException) => found.push(`${error.code}`));
    client.resume().end('x');
    const [socket] = await accepted;
    farewells.watch(socket);
    await once(socket.resume(), 'end');
    return { socket, client, found };
  };

  const acknowledge = async (farewells: Farewells): Promise<Socket> => {
    const { socket, found, client } = await halfClosed(farewells);
    farewells.hold(socket);
    socket.end();
    await until(() => found.length > 0 && socket.writableFinished);
    client.destroy();
    expect(found).toEqual(['end']);
    return socket;
  };

  const open = (): Promise<number> =>
    new Promise((resolve, reject) => {
      server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
    });

  it('resets what nobody acknowledged', async () => {
    const { socket, found } = await halfClosed(new Farewells());
    socket.destroy();
    await until(() => found.length > 0);
    expect(found).toEqual(['ECONNRESET']);
  });

  it('keeps an acknowledged socket open although Node destroys it, until its time is over or the end has come', async () => {
    const farewells = new Farewells();
    const timeouts = jest.spyOn(globalThis, 'setTimeout');
    const sockets = [await acknowledge(farewells), await acknowledge(farewells)];
    const [release] = timeouts.mock.calls.filter(([, millis]) => millis === 60_000).map(([run]) => run);
    timeouts.mockRestore();
    expect(await open()).toBe(2);
    release?.();
    await until(async () => (await open()) === 1);
    await farewells.end(0);
    await until(() => sockets.every(({ closed }) => closed));
    expect(await open()).toBe(0);
  });

  it('keeps no more than it may, the latest', async () => {
    const farewells = new Farewells(2);
    const sockets: Socket[] = [];
    for (let count = 0; count < 4; count++) sockets.push(await acknowledge(farewells));
    await until(async () => (await open()) === 2);
    expect(sockets.map(({ closed }) => closed)).toEqual([true, true, false, false]);
    await farewells.end(0);
  });

  it('keeps none that has failed', async () => {
    const farewells = new Farewells();
    const { socket, client } = await halfClosed(farewells);
    socket.on('error', () => undefined);
    farewells.hold(socket);
    socket.destroy(new Error('read ECONNRESET'));
    await until(async () => (await open()) === 0);
    client.destroy();
  });
});
