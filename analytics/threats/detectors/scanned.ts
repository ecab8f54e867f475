import { groupBy } from '../../graph/group-by';
import { actorWords, involved } from '../cast';
import type { Detector, Scene } from '../detector';
import { filterText, oneOf } from '../filter-text';
import type { Detection } from '../finding';
import type { NoiseFinding } from '../../noise';
import { Excuses, outcomeOf } from '../outcome';
import { few, plural } from '../words';

/** Many services of one managed workload are tried, by whomever: what somebody is after. */
export const scanned: Detector = {
  name: 'scanned',
  detect(scene) {
    const excuses = new Excuses();
    const tried = scene.noise.marks.flatMap(({ finding: index, server, scope }) => {
      const finding = scene.noise.findings[index];
      return finding?.kind === 'vertical-scan' && server !== null ? [{ finding, server, scope }] : [];
    });
    const targets = groupBy(tried, ({ server, scope }) => `${scope} ${server}`);
    const detections = [...targets.values()].flatMap((of) => {
      const unknown = of.filter(({ finding }) => {
        const scanner = scene.cast.who(finding.scope, finding.address, finding.seen.from);
        const known = scanner?.duties.has('scanner') ?? false;
        if (known) excuses.add('tried by known scanners');
        return !known;
      });
      const [first] = unknown;
      return first ? detectionOf({ ...first, findings: unknown.map(({ finding }) => finding) }, scene, excuses) : [];
    });
    return Promise.resolve(outcomeOf(detections, excuses));
  },
};

interface Tried {
  readonly server: string;
  readonly scope: string;
  readonly findings: readonly NoiseFinding[];
}

function detectionOf({ server, scope, findings }: Tried, { cast, jewels }: Scene, excuses: Excuses): Detection[] {
  const seen = {
    from: Math.min(...findings.map((finding) => finding.seen.from)),
    to: Math.max(...findings.map((finding) => finding.seen.to)),
  };
  const target = cast.who(scope, server, seen.from);
  if (target?.kind !== 'managed') {
    excuses.add('what was tried is not managed');
    return [];
  }
  const scanners = findings.flatMap(({ address }) => cast.who(scope, address, seen.from) ?? []);
  const inside = scanners.filter(({ kind }) => kind !== 'external');
  const jewel = jewels.get(target.workload);
  return [
    {
      kind: 'scanned',
      key: [target.workload, ...[...new Set(scanners.map(({ workload }) => workload))].sort()],
      words: `many services of ${actorWords(target)} were tried by ${few(scanners.map(actorWords))}`,
      workloads: [...scanners.map((scanner) => involved(scanner, 'source')), involved(target, 'target')],
      seen,
      severity: jewel && inside.length > 0 ? 'high' : inside.length > 0 ? 'medium' : 'low',
      severityReason: jewel
        ? `it is a crown jewel (${jewel.reason})`
        : inside.length > 0
          ? 'the scan comes from inside the estate'
          : 'the scan comes from outside, as they do all day',
      confidence: Math.max(...findings.map(({ confidence }) => confidence)),
      confidenceReason: 'as the scan itself: the lower end of the 95 % Wilson interval of the share that failed',
      evidence: findings.slice(0, 3).map(({ address, reason }) => `${address} ${reason}`),
      filter: filterText({ scope, server }, oneOf('client', [...new Set(findings.map(({ address }) => address))])),
      technique:
        inside.length > 0
          ? { id: 'T1046', name: 'Network Service Discovery' }
          : { id: 'T1595', name: 'Active Scanning' },
      response: `See what of ${target.name} answered (\`wayleave conversations\` with the filter and "established"), and look into ${plural(scanners.length, 'the scanner', 'the scanners').replace(/^\d+ /, '')}.`,
    },
  ];
}
