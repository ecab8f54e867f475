import { serviceOf } from '../../conversations/query';
import { confidenceOf, leastShare } from '../../noise/confidence';
import { knownService, serviceName, type ServiceTag } from '../../services';
import { actorWords, involved, type Actor } from '../cast';
import type { Detector, Scene } from '../detector';
import type { Duty } from '../duties';
import { filterText } from '../filter-text';
import type { Detection } from '../finding';
import { Excuses, outcomeOf } from '../outcome';
import { duration, plural, volume } from '../words';
import { findCalls, type Calls } from './calls';

/**
 * Of calls at random (a Poisson process) the gaps' median absolute deviation is 0.69 of their median; of a timer with a
 * jitter of ± j it is j / 2. Thirty gaps at random come below 0.3 in less than one case of a thousand, and a timer with
 * half its period of jitter stays below.
 */
const MOST_DISPERSION = 0.3;
/** Fewer gaps, or less time, is a person who clicks: web sessions are held to be over after half an hour. */
export const LEAST_GAPS = 30;
export const LEAST_SECONDS = 1_800;
/** What so few say is a heartbeat; a transfer has more to say. Bytes of a call, both ways. */
const MOST_BYTES = 65_536;

/** Whoever does these polls by profession. */
const POLLERS: readonly Duty[] = ['administration', 'backup', 'configuration', 'monitoring', 'scanner'];
/** What is asked regularly by nature, wherever it is. */
const REGULAR: ReadonlySet<ServiceTag> = new Set<ServiceTag>(['dns', 'time', 'dhcp', 'routing', 'cluster']);

/**
 * One client calls one server at regular intervals and says little, as an implant asks for orders. Regularity is
 * measured as RITA does it (Active Countermeasures, analysis/beacons.go): by the dispersion of the gaps about their
 * median and their Bowley skewness, which neither jitter nor lost records disturb much.
 */
export const beacon: Detector = {
  name: 'beacon',
  async detect(scene) {
    const excuses = new Excuses();
    const calls = await findCalls(scene, { gaps: LEAST_GAPS, seconds: LEAST_SECONDS });
    const detections = calls.flatMap((of) => {
      const client = scene.cast.who(of.scope, of.client, of.first);
      const server = scene.cast.who(of.scope, of.server, of.first);
      if (!client || !server || client.workload === server.workload || !isBeacon(of)) return [];
      const excuse = excuseOf(of, client, server);
      if (excuse !== null) excuses.add(excuse);
      return excuse === null ? [detectionOf(of, { client, server }, scene)] : [];
    });
    return outcomeOf(detections, excuses);
  },
};

export function isBeacon({ median, deviation, gaps, first, last, bytes }: Calls): boolean {
  return (
    gaps >= LEAST_GAPS &&
    last - first >= LEAST_SECONDS &&
    median > 0 &&
    deviation / median <= MOST_DISPERSION &&
    bytes <= MOST_BYTES
  );
}

function excuseOf({ protocol, port, before }: Calls, client: Actor, server: Actor): string | null {
  if (client.kind === 'external') return 'calls from outside the estate';
  const poller = POLLERS.find((duty) => client.duties.has(duty));
  if (poller) return `polling by ${poller}`;
  const tag = knownService({ kind: 'port', protocol, port })?.tags.find((each) => REGULAR.has(each));
  if (tag !== undefined) return `${tag}, which is asked regularly by nature`;
  if (server.kind === 'external') return null;
  const [duty] = server.duties;
  if (duty !== undefined) return `polling of a shared service (${duty})`;
  const application = client.place?.application ?? null;
  if (application !== null && application === server.place?.application) return 'polling within one application';
  // From inside to inside what goes on for long is how somebody built it; an implant is new.
  return before ? 'polling inside the estate that is older than the window' : null;
}

function detectionOf(
  calls: Calls,
  { client, server }: { readonly client: Actor; readonly server: Actor },
  { jewels }: Scene,
): Detection {
  const { scope, protocol, port, gaps, median, deviation, lower, upper, bytes, onBeat, clients, first, last } = calls;
  const skew = upper > lower ? (upper + lower - 2 * median) / (upper - lower) : 0;
  const jewel = jewels.get(client.workload);
  const outside = server.kind === 'external';
  const service = serviceName(serviceOf(protocol, port));
  return {
    kind: 'beacon',
    key: [client.workload, server.workload, protocol, port],
    words: `${actorWords(client)} calls ${calls.server}${outside ? '' : ` (${server.name})`} on ${service} every ${duration(median)}`,
    workloads: [involved(client, 'source'), involved(server, 'target')],
    seen: { from: first, to: last },
    severity: jewel || outside ? 'high' : 'medium',
    severityReason: jewel
      ? `the caller is a crown jewel (${jewel.reason})`
      : outside
        ? 'it leads out of the estate, where orders could come from'
        : 'it stays inside the estate',
    // An update check is as regular as an implant.
    confidence: confidenceOf(leastShare(onBeat, gaps) * (calls.before ? 0.5 : 0.8)),
    confidenceReason: `${Math.round((100 * onBeat) / gaps)} % of the gaps are within half of their median${calls.before ? '; that it is older than the window speaks for software' : '; regular software does that too'}`,
    evidence: [
      `${plural(gaps + 1, 'call')} in ${duration(last - first)}: gaps of ${median.toFixed(1)} s (median), deviation ${((100 * deviation) / median).toFixed(0)} % of it (at random: 69 %), Bowley skewness ${skew.toFixed(2)} (at random: 0.26)`,
      `${volume(bytes)} a call (median, both ways)`,
      `${plural(clients, 'client')} in all use this service of that server`,
    ],
    filter: filterText({ scope, client: calls.client, server: calls.server, protocol, port }),
    technique: outside ? { id: 'T1071', name: 'Application Layer Protocol' } : null,
    response: `Find the program on ${client.name} that calls ${calls.server}; if nobody knows it, quarantine ${client.name}, and look for others that call it.`,
  };
}
