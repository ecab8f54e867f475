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

/** Scans, as the noise tests recognise them, by workloads of the estate that nobody knows as scanners. */
export const portScan: Detector = {
  name: 'port-scan',
  detect(scene) {
    const excuses = new Excuses();
    const detections = scene.noise.findings.flatMap((finding, index) => {
      if (TECHNIQUES[finding.kind] === undefined) return [];
      const actor = scene.cast.who(finding.scope, finding.address, finding.seen.from);
      const excuse = excuseOf(actor);
      if (excuse !== null) excuses.add(excuse);
      return actor && excuse === null ? [detectionOf(finding, actor, scene, index)] : [];
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

function detectionOf(finding: NoiseFinding, actor: Actor, { noise, jewels, cast }: Scene, index: number): Detection {
  const { kind, scope, seen, confidence, reason, peers, examples, connections } = finding;
  const hit = examples.flatMap((address) => {
    const target = cast.who(scope, address, seen.from);
    const jewel = target && jewels.get(target.workload);
    return jewel ? [`${target.name}: ${jewel.reason}`] : [];
  });
  const services = noiseServices(noise, index);
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
