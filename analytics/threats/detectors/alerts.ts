import { serviceOf } from '../../conversations/query';
import { addressText } from '../../conversations/read';
import { serviceName } from '../../services';
import { quote } from '../../../ingest/query';
import { actorWords, involved, type Actor } from '../cast';
import type { Detector, Scene } from '../detector';
import { filterText } from '../filter-text';
import type { Detection, Severity } from '../finding';
import { Excuses, outcomeOf } from '../outcome';
import { plural, volume } from '../words';

interface Row {
  readonly scope: string;
  readonly client: string;
  readonly server: string;
  readonly protocol: number;
  readonly port: number;
  readonly alert: string;
  readonly connections: number;
  readonly established: number;
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
  readonly hours: number;
}

const MOST_ROWS = 5_000;

const ALERTS_SQL = `
SELECT scope, ${addressText('client')} AS client, ${addressText('server')} AS server, protocol, port, alert,
  toFloat64(connections_) AS connections, toFloat64(established_) AS established, toFloat64(bytes_) AS bytes,
  toUnixTimestamp(first_) AS first, toUnixTimestamp(last_) AS last, hours
FROM (
  SELECT c.scope AS scope, c.client AS client, c.server AS server, c.protocol AS protocol, c.port AS port, arrayJoin(c.alerts) AS alert,
    sum(c.connections) AS connections_, sum(c.established) AS established_, sum(c.client_bytes) + sum(c.server_bytes) AS bytes_,
    min(c.first_seen) AS first_, max(c.last_seen) AS last_, uniqExact(c.hour) AS hours
  FROM current_conversations AS c
  WHERE c.hour >= toDateTime({from:UInt32}) AND c.hour < toDateTime({to:UInt32}) AND notEmpty(c.alerts)
  GROUP BY scope, client, server, protocol, port, alert
)
ORDER BY connections_ DESC, scope, client, server, protocol, port, alert LIMIT ${MOST_ROWS}`;

/**
 * How the names of the two widest rule sets begin, by what they are about: Emerging Threats (`ET <category>`, as its
 * category descriptions have it) and Suricata's own, which tell of broken packets and not of anybody's intent.
 */
const BY_NAME: readonly (readonly [RegExp, Severity, string])[] = [
  [
    /^ET(?:PRO)? (?:MALWARE|TROJAN|CNC|EXPLOIT|EXPLOIT_KIT|WORM|MOBILE_MALWARE|ATTACK_RESPONSE|COINMINER|PHISHING)\b/,
    'high',
    'the rule is of a category for malware, control of it, or exploits',
  ],
  [
    /^(?:SURICATA|GPL ICMP|ET(?:PRO)? (?:INFO|POLICY|GAMES|CHAT|P2P|ICMP_INFO|DELETED)|GPL (?:CHAT|POLICY|MISC))\b/,
    'low',
    'the rule is of a category that tells of habits or broken packets',
  ],
];

/** What an intrusion detection said of conversations, put to the workloads that had them. */
export const alerts: Detector = {
  name: 'alert',
  async detect(scene) {
    const rows = await scene.store.query<Row>(ALERTS_SQL, { ...scene.window });
    const excuses = new Excuses();
    const detections = rows.flatMap((row) => {
      const client = scene.cast.who(row.scope, row.client, row.first);
      const server = scene.cast.who(row.scope, row.server, row.first);
      if (!client || !server) {
        excuses.add('alerts about addresses that are no host’s');
        return [];
      }
      return [detectionOf(row, { client, server }, scene)];
    });
    return outcomeOf(detections, excuses);
  },
};

function detectionOf(
  row: Row,
  { client, server }: { readonly client: Actor; readonly server: Actor },
  { jewels }: Scene,
): Detection {
  const { scope, protocol, port, alert, connections, established, bytes, first, last, hours } = row;
  const [, severity = 'medium', category = 'nothing in its name tells how bad it is'] =
    BY_NAME.find(([pattern]) => pattern.test(alert)) ?? [];
  const jewel = jewels.get(server.workload) ?? jewels.get(client.workload);
  // What is not ours cannot be quarantined.
  const suspect = client.kind === 'external' ? server : client;
  const raised = jewel !== undefined && severity === 'medium';
  return {
    kind: 'alert',
    key: [client.workload, server.workload, protocol, port, alert],
    words: `“${alert}” on ${serviceName(serviceOf(protocol, port))} from ${actorWords(client)} to ${actorWords(server)}`,
    workloads: [involved(client, 'source'), involved(server, 'target')],
    seen: { from: first, to: last },
    severity: raised ? 'high' : severity,
    severityReason: raised ? `it concerns a crown jewel (${jewel.reason})` : category,
    confidence: established > 0 ? 0.8 : 0.6,
    confidenceReason:
      established > 0
        ? 'a signature matched, and the connection was answered'
        : 'a signature matched, and no connection was answered: it may have come to nothing',
    evidence: [
      `${plural(connections, 'connection')}, ${plural(established, 'answered', 'answered')}, ${volume(bytes)}, in ${plural(hours, 'hour')}`,
    ],
    filter: filterText({ scope, client: row.client, server: row.server, protocol, port }, `alert = ${quote(alert)}`),
    technique: null,
    response: `Look at the conversation (\`wayleave why\`), then at the alert in the sensor; if it holds, quarantine ${suspect.name}.`,
  };
}
