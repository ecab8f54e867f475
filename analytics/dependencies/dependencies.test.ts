import { parsePrefix } from '../../ingest/kernel/ip';
import type { DynamicService } from '../dynamic';
import { createDirectory, PRIVATE_NETWORKS } from '../inventory';
import type { Conversation } from '../model/conversation';
import { findDependencies } from './dependencies';

const directory = () => createDirectory([], PRIVATE_NETWORKS.map(parsePrefix));
const find = (...conversations: Conversation[]) => findDependencies(conversations, directory(), []);

const wandering = (control: number | null, confidence: number): DynamicService => ({
  scope: '',
  server: '10.0.0.1',
  protocol: 6,
  control,
  observed: { first: 49_667, last: 49_701 },
  ports: [49_667, 49_701],
  stability: { medianLifeHours: 1, onSeveralDays: 0, newPortsPerDay: 0 },
  clients: 2,
  confidence,
  reason: '',
  evidence: { kind: 'control', uses: 2, tied: 2, chance: 0 },
});

function conversation(client: string, server: string, port: number, more: Partial<Conversation> = {}): Conversation {
  return {
    scope: '',
    client,
    server,
    protocol: 6,
    port,
    connections: 2,
    established: 2,
    refused: 0,
    unanswered: 0,
    halfOpen: 0,
    denied: 0,
    clientPackets: 10,
    serverPackets: 5,
    clientBytes: 100,
    serverBytes: 50,
    hours: 3,
    firstSeen: 100,
    lastSeen: 200,
    direction: 3,
    confidence: 0.95,
    reporters: ['192.0.2.1'],
    clientAsOf: 100,
    serverAsOf: 100,
    ...more,
  };
}

describe('dependencies', () => {
  it('names the service by protocol', () => {
    const services = find(
      conversation('10.0.0.9', '10.0.0.1', 443),
      conversation('10.0.0.9', '10.0.0.2', 2048, { protocol: 1 }),
      conversation('10.0.0.9', '10.0.0.3', 0, { protocol: 47 }),
    ).map(({ service }) => service);
    expect(services).toEqual([
      { kind: 'port', protocol: 6, port: 443 },
      { kind: 'icmp', protocol: 1, type: 8, code: 0 },
      { kind: 'protocol', protocol: 47 },
    ]);
  });

  it('folds ports that wander, for every client that was given one', () => {
    const conversations = [
      conversation('10.0.0.9', '10.0.0.1', 135),
      conversation('10.0.0.9', '10.0.0.1', 49701, { firstSeen: 50, direction: 5, confidence: 0.8 }),
      conversation('10.0.0.9', '10.0.0.1', 49667, { lastSeen: 900, hours: 9 }),
      conversation('10.0.0.9', '10.0.0.1', 49680),
      conversation('10.0.0.8', '10.0.0.1', 49667),
    ];
    expect(findDependencies(conversations, directory(), [wandering(135, 0.3)])).toMatchObject([
      { client: '10.0.0.9', service: { kind: 'port', port: 135 } },
      { client: '10.0.0.9', service: { kind: 'port', port: 49680 } },
      { client: '10.0.0.8', service: { kind: 'dynamic', control: 135, observed: { first: 49667, last: 49667 } } },
      {
        client: '10.0.0.9',
        service: { kind: 'dynamic', protocol: 6, control: 135, observed: { first: 49667, last: 49701 } },
        ports: [49667, 49701],
        connections: 4,
        packets: 30,
        bytes: 300,
        hours: 9,
        firstSeen: 50,
        lastSeen: 900,
        direction: 3,
        confidence: 0.95,
      },
    ]);
  });

  it('folds ports without a control port only when that is sure enough', () => {
    const kinds = (confidence: number) =>
      findDependencies(
        [conversation('10.0.0.9', '10.0.0.1', 49701), conversation('10.0.0.9', '10.0.0.1', 49667)],
        directory(),
        [wandering(null, confidence)],
      ).map(({ service }) => service.kind);
    expect(kinds(0.9)).toEqual(['dynamic']);
    expect(kinds(0.4)).toEqual(['port', 'port']);
  });

  it('joins the addresses of an external network, and leaves out what is no host', () => {
    expect(
      find(
        conversation('203.0.113.7', '10.0.0.1', 443),
        conversation('203.0.113.8', '10.0.0.1', 443, { reporters: ['192.0.2.2'] }),
        conversation('10.0.0.1', '224.0.0.251', 5353, { protocol: 17 }),
      ),
    ).toMatchObject([{ client: '203.0.113.0/24', connections: 4, reporters: ['192.0.2.1', '192.0.2.2'] }]);
  });
});
