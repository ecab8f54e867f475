import { addressText } from '../../conversations/read';
import { confidenceOf, leastShare } from '../../noise/confidence';
import { quote } from '../../../ingest/query';
import { actorWords, involved } from '../cast';
import type { Detector, Scene } from '../detector';
import { filterText } from '../filter-text';
import type { Detection } from '../finding';
import { isOrdinaryDomain, registeredDomain, subdomain } from '../names/domains';
import { likelihood } from '../names/likelihood';
import { Excuses, outcomeOf } from '../outcome';
import { plural, volume } from '../words';
import { ASKED_SQL } from './asked-names';

/** Different names under one domain: what people name they name once, and a client asks for it again. */
const LEAST_NAMES = 50;
/** Characters in front of the domain. Random identifiers have 8 to 12; data wants all that a label of 63 has room for. */
const LEAST_LENGTH = 16;
/** Characters of different names in all: less than a page carries nothing worth the trouble. */
const LEAST_PAYLOAD = 2_000;
const LEAST_NOISE = 0.75;
/** What more clients than a few ask for is the estate's own, or popular. */
const MOST_SHARE = 0.05;
const FEW = 2;
const SAMPLE = 200;
const MOST_ROWS = 1_000;

interface Row {
  readonly scope: string;
  readonly client: string;
  readonly domain: string;
  readonly names: number;
  readonly queries: number;
  readonly length: number;
  readonly payload: number;
  readonly entropy: number;
  readonly bytes: number;
  readonly clients: number;
  readonly active: number;
  readonly first: number;
  readonly last: number;
  readonly sample: readonly string[];
}

const TUNNELS_SQL = `
SELECT t.scope AS scope, ${addressText('t.client')} AS client, t.domain AS domain, toFloat64(t.names) AS names, toFloat64(t.queries) AS queries,
  t.length AS length, toFloat64(t.payload) AS payload, t.entropy AS entropy, toFloat64(t.bytes) AS bytes, toFloat64(p.clients) AS clients,
  toFloat64((SELECT uniq(scope, client) FROM (${ASKED_SQL}))) AS active, t.first AS first, t.last AS last, t.sample AS sample
FROM (
  SELECT scope, client, domain, count() AS names, sum(n) AS queries, avg(length(sub)) AS length, sum(length(sub)) AS payload,
    entropyArray(ngrams(sub, 1)) AS entropy, sum(b) AS bytes, min(first_) AS first, max(last_) AS last,
    arraySort(groupArraySample(${SAMPLE}, 1)(sub)) AS sample
  FROM (
    SELECT scope, client, ${registeredDomain('name')} AS domain, ${subdomain('name')} AS sub, count() AS n, sum(bytes) AS b, min(at) AS first_, max(at) AS last_
    FROM (${ASKED_SQL}) WHERE ${isOrdinaryDomain('name')} GROUP BY scope, client, domain, sub HAVING sub != ''
  )
  GROUP BY scope, client, domain
  HAVING names >= ${LEAST_NAMES} AND length >= ${LEAST_LENGTH} AND payload >= ${LEAST_PAYLOAD}
) AS t
INNER JOIN (
  SELECT ${registeredDomain('name')} AS domain, uniq(scope, client) AS clients FROM (${ASKED_SQL}) GROUP BY domain
) AS p ON p.domain = t.domain
ORDER BY names DESC, scope, client, domain LIMIT ${MOST_ROWS}`;

/**
 * Data in the names that are asked for: one client, one domain, and ever new names in front of it that are long and no
 * words. Content networks, reputation lists and reverse lookups name by machine as well, and are left out by name; what
 * is asked for by many is left out by number.
 */
export const dnsTunnel: Detector = {
  name: 'dns-tunnel',
  async detect(scene) {
    const excuses = new Excuses();
    const rows = (await scene.store.query<Row>(TUNNELS_SQL, { ...scene.window })).filter((row) => {
      const popular = row.clients > Math.max(FEW, MOST_SHARE * row.active);
      if (popular) excuses.add('many different names of a domain that many ask for');
      return !popular;
    });
    const detections = rows.flatMap((row) => {
      const noise = row.sample.filter((name) => isNoise(name)).length;
      if (noise < LEAST_NOISE * row.sample.length) {
        excuses.add('many different names that read as words');
        return [];
      }
      return detectionOf(row, noise, scene, rows, excuses);
    });
    return outcomeOf(detections, excuses);
  },
};

/** By the longest label, for others may say which part of the message it is. */
function isNoise(name: string): boolean {
  const longest = name.split('.').reduce((most, label) => (label.length > most.length ? label : most), '');
  return likelihood(longest) < 0;
}

function detectionOf(
  row: Row,
  noise: number,
  { cast, jewels }: Scene,
  all: readonly Row[],
  excuses: Excuses,
): Detection[] {
  const { scope, client, domain, names, queries, length, payload, entropy, bytes, clients, first, last, sample } = row;
  const actor = cast.who(scope, client, first);
  if (!actor || actor.kind === 'external') return [];
  const others = all.filter((other) => other.domain === domain && other.client !== client);
  if (actor.duties.has('dns') && others.length > 0) {
    excuses.add('a resolver asking on behalf of a client that is told of');
    return [];
  }
  const jewel = jewels.get(actor.workload);
  return [
    {
      kind: 'dns-tunnel',
      key: [actor.workload, domain],
      words: `${actorWords(actor)} asked for ${plural(names, 'different name')} under ${domain} that read as data`,
      workloads: [involved(actor, 'source')],
      seen: { from: first, to: last },
      severity: 'high',
      severityReason: jewel
        ? `it is a crown jewel (${jewel.reason})`
        : 'names pass every firewall that lets a resolver out, and data with them',
      confidence: confidenceOf(leastShare(noise, sample.length) * 0.9),
      confidenceReason: `${noise} of ${sample.length} names looked at are likelier drawn at random than words; products that look up digests by DNS do that too`,
      evidence: [
        `${plural(queries, 'query', 'queries')} for ${plural(names, 'name')}, ${length.toFixed(0)} characters in front of the domain on average, ${volume(payload)} in all, ${volume(bytes)} on the wire`,
        `${entropy.toFixed(2)} bits a character (hexadecimal has 4, base32 has 5, English 4.1)`,
        `${plural(clients, 'client')} asked for the domain; for example ${sample.slice(0, 2).join(' and ')}`,
        ...(actor.duties.has('dns') ? ['it is a resolver: who asked it is not among the flows'] : []),
      ],
      filter: filterText({ scope, client: actor.address }, `fqdn like ${quote(`*.${domain}`)}`),
      technique: { id: 'T1071.004', name: 'Application Layer Protocol: DNS' },
      response: `Stop ${domain} at the resolver, quarantine ${actor.name}, and ask whose the domain is.`,
    },
  ];
}
