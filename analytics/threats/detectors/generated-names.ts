import { addressText } from '../../conversations/read';
import { confidenceOf, leastShare } from '../../noise/confidence';
import { quote } from '../../../ingest/query';
import { actorWords, involved } from '../cast';
import type { Detector, Scene } from '../detector';
import { filterText } from '../filter-text';
import type { Detection } from '../finding';
import { isOrdinaryDomain, registeredDomain } from '../names/domains';
import { likelihood } from '../names/likelihood';
import { Excuses, outcomeOf } from '../outcome';
import { plural } from '../words';
import { ASKED_SQL } from './asked-names';

/** Shorter ones are abbreviations, which read as noise and are somebody's. */
const LEAST_LENGTH = 8;
/** A family of generators tries hundreds a day; a person's day has a handful of unreadable domains of its own. */
const LEAST_NAMES = 20;
/** Of the domains that nobody else asks for. */
const LEAST_SHARE = 0.3;
const MOST_DOMAINS = 2_000;
const MOST_ROWS = 1_000;
const NAMED = 20;

interface Row {
  readonly scope: string;
  readonly client: string;
  readonly domains: readonly string[];
  readonly first: number;
  readonly last: number;
}

const OWN_DOMAINS_SQL = `
SELECT scope, ${addressText('asker')} AS client, arraySort(groupArraySample(${MOST_DOMAINS}, 1)(domain)) AS domains, min(first_) AS first, max(last_) AS last
FROM (
  SELECT scope, any(client) AS asker, domain, min(at) AS first_, max(at) AS last_
  FROM (SELECT *, ${registeredDomain('name')} AS domain FROM (${ASKED_SQL}) WHERE ${isOrdinaryDomain('name')})
  GROUP BY scope, domain HAVING uniqExact(client) = 1
)
GROUP BY scope, asker HAVING count() >= ${LEAST_NAMES}
ORDER BY count() DESC, scope, client LIMIT ${MOST_ROWS}`;

/**
 * Domains no person thought of: malware that computes where its orders come from asks for many, most of which nobody
 * registered. Only domains that one client asks for count, so that fashions of the whole estate do not.
 */
export const generatedNames: Detector = {
  name: 'generated-names',
  async detect(scene) {
    const excuses = new Excuses();
    const rows = await scene.store.query<Row>(OWN_DOMAINS_SQL, { ...scene.window });
    return outcomeOf(
      rows.flatMap((row) => detectionOf(row, scene, excuses)),
      excuses,
    );
  },
};

function detectionOf(
  { scope, client, domains, first, last }: Row,
  { cast, jewels }: Scene,
  excuses: Excuses,
): Detection[] {
  const generated = domains.filter(isGenerated);
  const share = leastShare(generated.length, domains.length);
  if (generated.length < LEAST_NAMES || share < LEAST_SHARE) {
    excuses.add('domains of one client only, most of which read as words');
    return [];
  }
  const actor = cast.who(scope, client, first);
  if (!actor || actor.kind === 'external') return [];
  const jewel = jewels.get(actor.workload);
  return [
    {
      kind: 'generated-names',
      key: [actor.workload, Math.floor(first / 86_400)],
      words: `${actorWords(actor)} asked for ${plural(generated.length, 'domain')} that no person thought of`,
      workloads: [involved(actor, 'source')],
      seen: { from: first, to: last },
      severity: jewel ? 'high' : actor.duties.has('dns') ? 'medium' : 'high',
      severityReason: jewel
        ? `it is a crown jewel (${jewel.reason})`
        : 'malware looks for its orders so, and nothing else is known to',
      confidence: confidenceOf(share),
      confidenceReason: `the lower end of the 95 % Wilson interval of ${generated.length} of ${domains.length} domains that it alone asked for`,
      evidence: [
        `${plural(generated.length, 'domain')} of at least ${LEAST_LENGTH} characters likelier drawn at random than words`,
        `for example ${generated.slice(0, 5).join(', ')}`,
        ...(actor.duties.has('dns') ? ['it is a resolver: who asked it is not among the flows'] : []),
      ],
      filter: filterText(
        { scope, client: actor.address },
        `(${generated
          .slice(0, NAMED)
          .map((domain) => `fqdn like ${quote(`*${domain}`)}`)
          .join(' or ')})`,
      ),
      technique: { id: 'T1568.002', name: 'Dynamic Resolution: Domain Generation Algorithms' },
      response: `Quarantine ${actor.name}, and see which of the domains was answered: that one is in use.`,
    },
  ];
}

function isGenerated(domain: string): boolean {
  const [label = ''] = domain.split('.');
  return label.length >= LEAST_LENGTH && likelihood(label) < 0;
}
