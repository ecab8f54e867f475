import { noiseServices } from '../scan-services';
import { actorWords, involved, type Actor } from '../cast';
import type { Detector, Scene } from '../detector';
import { filterText, oneOf } from '../filter-text';
import type { Detection, Technique } from '../finding';
import type { NoiseFinding } from '../../noise';
import type { NoiseKind } from '../../noise/finding';
import { Excuses, outcomeOf } from '../outcome';
import { plural } from '../words';

const TECHNIQUES: Readonly<Partial<Record<NoiseKind, Technique>>> = {
  'horizontal-scan': { id: 'T1046', name: 'Network Service Discovery' },
  'vertical-scan': { id: 'T1046', name: 'Network Service Discovery' },
  'slow-scan': { id: 'T1046', name: 'Network Service Discovery' },
  sweep: { id: 'T1018', name: 'Remote System Discovery' },
};

/** More of what it tried surely failed than not: in weeks, every client comes across something that is gone. */
const LEAST_SURE = 0.5;

/** Scans, as the noise tests recognise them, by workloads of the estate that nobody knows as scanners. */
export const portScan: Detector = {
  name: 'port-scan',
  detect(scene) {
    const excuses = new Excuses();
    const scanning = new Set(
      scene.noise.findings
        .filter(({ kind }) => TECHNIQUES[kind] !== undefined)
        .map(({ scope, address }) => `${scope} ${address}`),
    );
    // Of weeks; what scans fast enough to show in the window is told of once.
    const isSlow = ({ scope, address, seen, confidence }: NoiseFinding) =>
      seen.to >= scene.window.from && confidence > LEAST_SURE && !scanning.has(`${scope} ${address}`);
    const scans = [
      ...scene.noise.findings.map((finding, index) => ({ finding, services: noiseServices(scene.noise, index) })),
      ...scene.slowScans.findings
        .map((finding, index) => ({ finding, services: noiseServices(scene.slowScans, index) }))
        .filter(({ finding }) => isSlow(finding)),
    ];
    const detections = scans.flatMap(({ finding, services }) => {
      if (TECHNIQUES[finding.kind] === undefined) return [];
      const actor = scene.cast.who(finding.scope, finding.address, finding.seen.from);
      const excuse = excuseOf(actor);
      if (excuse !== null) excuses.add(excuse);
      return actor && excuse === null ? [detectionOf(finding, actor, scene, services)] : [];
    });
    return Promise.resolve(outcomeOf(detections, excuses));
  },
};

function excuseOf(actor: Actor | undefined): string | null {
  if (!actor) return 'scans from addresses that are no host’s';
  if (actor.kind === 'external') return 'scans from outside the estate: noise of the Internet';
  if (actor.duties.has('scanner')) return 'scans by known scanners';
  return actor.duties.has('monitoring') ? 'scans by monitoring, which asks for what is gone' : null;
}

function detectionOf(
  finding: NoiseFinding,
  actor: Actor,
  { jewels, cast }: Scene,
  services: readonly number[],
): Detection {
  const { kind, scope, seen, confidence, reason, peers, examples, connections } = finding;
  const hit = examples.flatMap((address) => {
    const target = cast.who(scope, address, seen.from);
    const jewel = target && jewels.get(target.workload);
    return jewel ? [`${target.name}: ${jewel.reason}`] : [];
  });
  return {
    kind: 'port-scan',
    key: [actor.workload, kind],
    words: `${actorWords(actor)} ${reason}`,
    workloads: [involved(actor, 'source')],
    seen,
    severity: kind === 'slow-scan' && hit.length === 0 ? 'medium' : 'high',
    severityReason:
      hit[0] === undefined
        ? `${actor.kind === 'managed' ? 'a managed workload' : 'an unknown host of the estate'} looks for what it has no use for, and nobody knows it as a scanner`
        : `among those tried is a crown jewel (${hit[0]})`,
    confidence,
    confidenceReason: 'the lower end of the 95 % Wilson interval of the share that failed',
    evidence: [
      `${plural(connections, 'attempt')} at ${plural(peers, 'address', 'addresses')}, ${Math.round(finding.answered * 100)} % answered`,
      ...(examples.length > 0 ? [`among them ${examples.join(', ')}`] : []),
    ],
    filter: filterText(
      { scope, client: actor.address },
      ...(services.length === 0 ? [] : [oneOf('port', services)]),
      ...(kind === 'vertical-scan' && examples.length > 0 ? [oneOf('server', examples)] : []),
    ),
    technique: TECHNIQUES[kind] ?? null,
    response: `If ${actor.name} is a scanner, say so (\`wayleave groups share scanner ${actor.workload}\`); otherwise quarantine it and find out what runs there.`,
  };
}
