import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateEstate } from '../../quality/estate';
import { groupWorkloads } from '../group-workloads';
import { groupInThread } from './group-in-thread';

// A thread that runs TypeScript compiles it first.
jest.setTimeout(120_000);

const { workloads, dependencies } = generateEstate(
  {
    applications: 3,
    tierSize: 3,
    mesh: false,
    shared: true,
    wander: 0.1,
    fanOut: 3,
    clutter: 2,
    noise: 1,
    coverage: 1,
    inventory: 1,
  },
  1,
);
const input = { workloads, dependencies, window: { from: 0, to: 86_400 } };

describe('groupInThread', () => {
  it('gives the same topology, and HTTP is answered meanwhile', async () => {
    const server = createServer((_, response) => response.end('here')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const events: string[] = [];
    const previous = groupWorkloads(input);
    const grouping = groupInThread({ ...input, previous }, { labelWeight: 1 }).finally(() => events.push('grouped'));
    const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    events.push(await answer.text());
    expect(await grouping).toEqual(groupWorkloads({ ...input, previous }));
    expect(events).toEqual(['here', 'grouped']);
    server.close();
    server.closeAllConnections();
  });

  it('stops when it is told to, before and after it began', async () => {
    const stopping = new AbortController();
    const reason = new Error('enough');
    const grouping = groupInThread(input, { labelWeight: 1, signal: stopping.signal });
    stopping.abort(reason);
    await expect(grouping).rejects.toBe(reason);
    await expect(groupInThread(input, { labelWeight: 1, signal: stopping.signal })).rejects.toBe(reason);
  });

  it('says which workload a dependency names that is not there', async () => {
    const [gone] = workloads;
    const grouping = groupInThread({ ...input, workloads: workloads.slice(1) }, { labelWeight: 1 });
    await expect(grouping).rejects.toMatchObject({ code: 'unknown-workload', where: { workload: gone?.id } });
  });
});
