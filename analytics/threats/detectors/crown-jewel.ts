import { randomUUID } from 'node:crypto';
import { serviceOf } from '../../conversations/query';
import { groupBy } from '../../graph/group-by';
import { mapped } from '../../noise/estate';
import { serviceName } from '../../services';
import { actorWords, involved } from '../cast';
import type { CrownJewel } from '../crown-jewels';
import type { Detector, Scene } from '../detector';
import type { Duty } from '../duties';
import { filterText } from '../filter-text';
import type { Detection } from '../finding';
import { daysWithout, noveltyOf, withoutHabits, type PairedUse } from '../habits';
import { findNewUses } from '../new-uses';
import { Excuses, outcomeOf, unjudged } from '../outcome';
import { plural, volume } from '../words';

/** A weekday and a weekend are different; what is asked for daily has been seen. */
const LEAST_DAYS = 1;
/** These reach everything that runs, and what they newly reach is newly installed. */
const EVERYWHERE: readonly Duty[] = ['administration', 'backup', 'configuration', 'monitoring', 'scanner'];
/** What everybody may ask a directory: names, tickets, entries, the time, shares of policies, and where to ask. */
const DIRECTORY_PORTS: ReadonlySet<number> = new Set([53, 88, 123, 135, 137, 138, 139, 389, 445, 464, 636, 3268, 3269]);
const FIRST_DYNAMIC = 49_152;

/** The service, of a row of conversations; handed-out ports are one. */
const FAMILY = `if(c.port >= ${FIRST_DYNAMIC}, concat(toString(c.protocol), '/dynamic'), concat(toString(c.protocol), '/', toString(c.port)))`;

/** What members of so many groups use already is offered to the estate: gossip, agents, a common service. */
const LEAST_CIRCLES = 3;

/** A use of a crown jewel's service that neither the client nor those that do the same ever made. */
export const crownJewel: Detector = {
  name: 'crown-jewel',
  async detect(scene) {
    const { store, window, since, jewels, cast } = scene;
    if (jewels.size === 0)
      return unjudged('no workload is marked as a crown jewel, and none is known as a database, directory or backup');
    if (window.from - since < LEAST_DAYS * 86_400)
      return unjudged(
        `there is less than ${plural(LEAST_DAYS, 'day')} of conversations before the window to compare with`,
      );
    const table = `threat_jewels_${randomUUID().replaceAll('-', '')}`;
    const addresses = [...new Set([...jewels.keys()].flatMap((workload) => cast.addressesOf(workload)))];
    const question = { narrow: `c.server IN (SELECT address FROM ${table})`, family: FAMILY };
    try {
      await store.command(`CREATE TABLE ${table} (address IPv6) ENGINE = Memory`);
      await store.insert(
        table,
        addresses.map((address) => ({ address: mapped(address) })),
      );
      const { fresh, habits } = await withoutHabits(scene, await findNewUses(scene, question), question);
      return judge(fresh, habits, scene);
    } finally {
      await store.command(`DROP TABLE IF EXISTS ${table}`);
    }
  },
};

function judge(fresh: readonly PairedUse[], habits: number, { jewels }: Scene) {
  const excuses = new Excuses();
  if (habits > 0) excuses.add('the same workloads used it before, under other addresses', habits);
  const told = fresh.flatMap((use) => {
    const jewel = jewels.get(use.server.workload);
    const excuse = jewel ? excuseOf(use) : 'the address was somebody else’s at the time';
    if (excuse !== null) excuses.add(excuse);
    return jewel && excuse === null ? [{ use, jewel }] : [];
  });
  const edges = groupBy(told, ({ use }) => `${use.client.workload} ${use.server.workload} ${use.family}`);
  return outcomeOf(
    [...edges.values()].flatMap(([first, ...others]) =>
      first ? [detectionOf(first.use, first.jewel, others.length)] : [],
    ),
    excuses,
  );
}

function excuseOf(use: PairedUse): string | null {
  const { client, server, peers, circles, port } = use;
  const professional = EVERYWHERE.find((duty) => client.duties.has(duty));
  if (professional) return `by ${professional}, which reaches everything`;
  if (client.place !== null && client.place.id === server.place?.id) return 'among members of one group';
  if (peers > 0) return 'peers of the client use it already';
  if (circles >= LEAST_CIRCLES) return 'members of several groups use it already';
  if (server.duties.has('directory') && (DIRECTORY_PORTS.has(port) || port >= FIRST_DYNAMIC))
    return 'what every member asks its directory';
  if (daysWithout(use) < LEAST_DAYS) return 'one end was first seen less than a day before';
  return null;
}

function detectionOf(use: PairedUse, jewel: CrownJewel, morePorts: number): Detection {
  const { client, server, scope, protocol, port, family, connections, bytes, first, last } = use;
  const service = serviceName(serviceOf(protocol, port));
  const days = daysWithout(use);
  const stranger = client.kind !== 'managed';
  return {
    kind: 'crown-jewel',
    key: [client.workload, server.workload, family],
    words: `${actorWords(client)} newly reaches ${service} of ${actorWords(server)}`,
    workloads: [involved(client, 'source'), involved(server, 'target')],
    seen: { from: first, to: last },
    severity: jewel.marked || stranger ? 'high' : 'medium',
    severityReason: stranger
      ? `whoever it is, it is not in the inventory (${client.kind}); the server: ${jewel.reason}`
      : jewel.reason,
    confidence: noveltyOf(days),
    confidenceReason: `not once on ${days.toFixed(1)} days on which both were seen`,
    evidence: [
      `${plural(connections, 'connection')}, ${volume(bytes)}, answered${morePorts > 0 ? `; ${plural(morePorts, 'more port')} alike` : ''}`,
      client.place
        ? `no member of ${client.place.name} used it before`
        : 'the client is in no group, so that there are no peers to compare with',
    ],
    filter: filterText({ scope, client: client.address, server: server.address, protocol, port }),
    technique: null,
    response: `Ask the owner of ${server.name} whether ${client.name} is to use it; if not, leave it out of the policy, and quarantine ${client.name} where other findings name it.`,
  };
}
