import { groupBy } from '../../graph/group-by';
import { actorWords, involved } from '../cast';
import type { Detector, Scene } from '../detector';
import { filterText, oneOf } from '../filter-text';
import type { Detection } from '../finding';
import { daysWithout, noveltyOf, withoutHabits, type PairedUse } from '../habits';
import { findNewUses } from '../new-uses';
import { Excuses, outcomeOf, unjudged } from '../outcome';
import { plural, volume } from '../words';
import { ADMINISTRATION_SQL, ADMINISTRATORS, administrationOn, IS_ADMINISTRATION } from './administration';

/** In less time many an administrator has not had anything to do yet: every use would be a first one. */
const LEAST_DAYS = 1;

const QUESTION = { narrow: IS_ADMINISTRATION, family: ADMINISTRATION_SQL };

/** An administration protocol between two workloads that never used it, nor did those that do the same as they. */
export const firstAdministration: Detector = {
  name: 'first-administration',
  async detect(scene) {
    if (scene.window.from - scene.since < LEAST_DAYS * 86_400)
      return unjudged(
        `there is less than ${plural(LEAST_DAYS, 'day')} of conversations before the window to compare with`,
      );
    const excuses = new Excuses();
    const { fresh, habits } = await withoutHabits(scene, await findNewUses(scene, QUESTION), QUESTION);
    if (habits > 0) excuses.add('the same workloads used it before, under other addresses', habits);
    const told = fresh.filter((use) => {
      const excuse = excuseOf(use);
      if (excuse !== null) excuses.add(excuse);
      return excuse === null;
    });
    const pairs = groupBy(told, ({ client, server, family }) => `${client.workload} ${server.workload} ${family}`);
    return outcomeOf(
      [...pairs.values()].flatMap((uses) => detectionOf(uses, scene)),
      excuses,
    );
  },
};

/** Why a first use is ordinary; null where it is not. */
function excuseOf(use: PairedUse): string | null {
  const { client, server, family, port, peers, practised } = use;
  if (client.kind === 'external') return `${family} from outside the estate is a matter of the border, not of a pair`;
  const professional = ADMINISTRATORS.find((duty) => client.duties.has(duty));
  // Whose job it is has done it to somebody before: a monitoring that takes up remote desktop has a new operator.
  if (professional && (practised > 0 || professional === 'scanner'))
    return `${family} by ${professional}, whose job it is`;
  const served = administrationOn(port)?.servers.find((duty) => server.duties.has(duty));
  if (served) return `${family} to ${served}, which is there for it`;
  if (peers > 0) return `${family} as peers of the client use it with peers of the server`;
  const days = daysWithout(use);
  if (days < LEAST_DAYS) return `${family} with a workload first seen less than a day before`;
  return null;
}

function detectionOf(uses: readonly PairedUse[], { jewels }: Scene): Detection[] {
  const [use] = uses;
  if (!use) return [];
  const { client, server, family, scope, protocol } = use;
  const first = Math.min(...uses.map((each) => each.first));
  const last = Math.max(...uses.map((each) => each.last));
  const connections = uses.reduce((sum, each) => sum + each.connections, 0);
  const bytes = uses.reduce((sum, each) => sum + each.bytes, 0);
  const days = Math.max(...uses.map(daysWithout));
  const ports = [...new Set(uses.map(({ port }) => port))].sort((a, b) => a - b);
  const jewel = jewels.get(server.workload);
  const alike = client.place !== null && client.place.id === server.place?.id;
  const severe = jewel
    ? `the server is a crown jewel (${jewel.reason})`
    : alike
      ? `both are of ${client.place?.name}: equals do not administer each other`
      : family === 'telnet'
        ? 'telnet sends passwords in clear text'
        : null;
  return [
    {
      kind: 'first-administration',
      key: [client.workload, server.workload, family],
      words: `${actorWords(client)} used ${family} of ${actorWords(server)} for the first time`,
      workloads: [involved(client, 'source'), involved(server, 'target')],
      seen: { from: first, to: last },
      severity: severe === null ? 'medium' : 'high',
      severityReason: severe ?? 'administration reaches everything on the server, and nothing else speaks against it',
      confidence: noveltyOf(days),
      confidenceReason: `neither did it on ${days.toFixed(1)} days on which both were seen`,
      evidence: [
        `${plural(connections, 'connection')} to ${oneOf('port', ports)}, ${volume(bytes)}, answered`,
        `both ends were watched for ${days.toFixed(1)} days without it`,
        client.place && server.place
          ? `no other member of ${client.place.name} used ${family} of ${server.place.name} before`
          : 'one of them is in no group, so that there are no peers to compare with',
      ],
      filter: filterText({ scope, client: client.address, server: server.address, protocol }, oneOf('port', ports)),
      technique: administrationOn(use.port)?.technique ?? null,
      response: `Ask the owner of ${server.name} who logged on from ${client.name}; if nobody did, quarantine ${client.name}.`,
    },
  ];
}
