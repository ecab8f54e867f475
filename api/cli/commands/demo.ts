import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { documentOf, readSnapshot } from '../../../analytics/inventory';
import { generateEstate, generateFlows, inventoryCsv, startOfDay, type Estate } from '../../../fixtures/generate';
import { BACKENDS, exportPolicy } from '../../../recommender/export';
import type { Window } from '../../../analytics/model/topology';
import type { Policy } from '../../../recommender/model/policy';
import type { Config } from '../../config/config';
import { exportsOf } from '../../demo/exports';
import { sendDatagrams, upload } from '../../demo/send';
import type { Serving } from '../../main';
import { targetNames } from '../../../recommender/lifecycle';
import { eventView } from '../../policy-view';
import type { Wayleave } from '../../wayleave';
import { printCompliance } from '../print/compliance';
import { printDrift } from '../print/drift';
import { printEvents } from '../print/policies';
import { printPolicy } from '../print/policy';
import { printProof } from '../print/proof';
import { printRemarks } from '../print/remarks';
import { printReplay } from '../print/replay';
import { count, plural } from '../print/table';
import { printLook } from '../print/threats';
import { printTopology } from '../print/topology';
import { printCurve, printReach } from '../print/weighing';
import type { Session } from '../session';
import { printExport, writeFiles } from './export';

const SEED = 7;
/** Of the profile's traffic: about 200,000 connections a day. */
const VOLUME = 0.4;
const LISTED = 5;

interface Intake {
  readonly source: string;
  readonly format: string;
  readonly sent: number;
  readonly rows: number;
  readonly lost: number;
  readonly rejected: number;
}

/** The whole way on a made-up estate: the same collectors, API and analysis that production uses. */
export async function demo(session: Session, options: { once: boolean; out?: string }): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'wayleave-demo-'));
  const out = options.out ?? join(folder, 'exports');
  let serving: Serving | undefined;
  try {
    const wayleave = await session.open((config) => demoConfig(config, join(folder, 'data')));
    serving = await wayleave.serve();
    const estate = generateEstate({ seed: SEED, profile: 'demo' });
    const text = (lines: string) => void (session.json || session.terminal.stdout.write(`${lines}\n`));

    text(`Day 1 of a made-up estate of ${estate.hosts.length} hosts\n`);
    const csv = documentOf('inventory.csv', inventoryCsv(estate, { day: 1, labelled: 0 }));
    await wayleave.inventory.import({ source: 'inventory', ...readSnapshot([csv], { options: {} }) });
    const first = await ingestDay(session, wayleave, serving, estate, 1);
    text(printIntake(first));

    const analysis = await analyzeWith(session, wayleave);
    text(`${printTopology(analysis.topology)}${printRemarks(analysis.topology)}`);
    const policy = await wayleave.analysis.recommend('demo');
    text(printPolicy(policy));

    text('Day 2\n');
    const second = await ingestDay(session, wayleave, serving, estate, 2);
    text(printIntake(second));
    const bar = session.progress('roll up day 2');
    await wayleave.analysis.rollUp(bar.report);
    bar.done();
    const replay = await wayleave.analysis.replay(policy, dayWindow(estate, 2));
    text(printReplay(replay));
    const life = await proveAndStage(session, wayleave, policy, dayWindow(estate, 2));

    const exported = [];
    for (const [name, backend] of BACKENDS) {
      const { files, losses } = exportPolicy(policy, backend);
      const written = await writeFiles(join(out, name), files);
      text(printExport(written, losses));
      exported.push({ backend: name, written, losses });
    }
    if (session.json)
      session.answer(
        { ingested: [first, second], topology: analysis.topology, policy, replay, ...life, exported },
        () => '',
      );
    if (!options.once) {
      text(`Console  ${serving.url}/#token=${serving.token}\nPress Ctrl-C to stop.`);
      await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
    }
  } finally {
    await serving?.stop();
    await session.close();
    // The exports stay: they are what the demonstration is for.
    await rm(join(folder, 'data'), { recursive: true, force: true });
  }
}

/** What comes between a recommendation and its enforcement, and what comes after. */
async function proveAndStage(session: Session, wayleave: Wayleave, policy: Policy, later: Window) {
  const { proving, weighing, policies, watch, threats } = wayleave;
  const say = (text: string) => void (session.json || session.terminal.stdout.write(`${text}\n`));
  const bar = session.progress('prove, stage, compare');
  const steps = 7;
  bar.report(0, steps, 'gate and forecast');
  const proof = await proving.prove(policy);
  say(printProof(proof));
  bar.report(1, steps, 'trade-off curve');
  const curve = await weighing.curve(policy, later);
  say(printCurve(curve));
  bar.report(2, steps, 'reach');
  const reach = await weighing.reach(policy);
  say(printReach(reach));
  bar.report(3, steps, 'policy');
  const { id } = await policies.createFrom({ kind: 'recommendation', recommendation: policy.id }, 'demo', {
    by: 'ann',
    reason: 'the first day of the estate',
  });
  for (const kind of ['review', 'approve', 'stage'] as const)
    await policies.act(
      id,
      { kind, revision: 1, target: { kind: 'all' } },
      { by: kind === 'review' ? 'bob' : 'ann', reason: '' },
    );
  const nameOf = targetNames(policy);
  say(printEvents((await policies.history(id)).map((event) => eventView(event, nameOf))));
  bar.report(4, steps, 'drift');
  const drift = await watch.evaluate(id);
  say(printDrift(drift, { all: false, filters: false }));
  bar.report(5, steps, 'compliance');
  const compliance = await watch.compliance(id, { window: later, draft: true });
  say(printCompliance(compliance, LISTED));
  bar.report(6, steps, 'threats');
  const look = await threats.look(later);
  say(printLook(look));
  bar.done();
  return { proof, curve, reach, drift, compliance, threats: look };
}

function demoConfig(config: Config, data: string): Config {
  return {
    ...config,
    data,
    store: { ...config.store, url: undefined },
    collect: { ...config.collect, udp: [{ host: '127.0.0.1', port: 0 }] },
    http: { ...config.http, host: '127.0.0.1', port: 0 },
    analysis: { ...config.analysis, everyMinutes: 0 },
    log: { level: 'warn' },
  };
}

async function ingestDay(
  session: Session,
  wayleave: Wayleave,
  serving: Serving,
  estate: Estate,
  day: number,
): Promise<Intake[]> {
  const connections = [...generateFlows(estate, { seed: SEED, day, volume: VOLUME })];
  const [port = 0] = serving.udp;
  const total = (of: 'datagrams' | 'records' | 'lost') =>
    wayleave.exporters().reduce((sum, health) => sum + health[of], 0);
  const taken = async (): Promise<number> => {
    await wayleave.look();
    return total('datagrams');
  };
  const intake: Intake[] = [];
  for (const observer of estate.observers) {
    const sent = exportsOf(observer, day, connections);
    const bar = session.progress(`day ${day}: ${observer.name}`);
    if (sent.kind === 'file') {
      const { format, rows, lost, rejected } = await upload(serving, sent.name, sent.body);
      intake.push({ source: sent.name, format, sent: sent.body.length, rows, lost, rejected });
    } else {
      const before = { rows: total('records'), lost: total('lost') };
      await sendDatagrams(sent.datagrams, port, taken, bar.report);
      await wayleave.settle();
      const [rows, lost] = [total('records') - before.rows, total('lost') - before.lost];
      intake.push({
        source: `${observer.name} over UDP`,
        format: observer.format,
        sent: sent.datagrams.length,
        rows,
        lost,
        rejected: 0,
      });
    }
    bar.done();
  }
  return intake;
}

function printIntake(intake: readonly Intake[]): string {
  return intake
    .map(({ source, format, sent, rows, lost, rejected }) => {
      const unit = source.endsWith('UDP') ? plural(sent, 'datagram') : plural(sent, 'byte');
      return `  ${source}: ${format}, ${unit}, ${plural(rows, 'flow')}, ${count(lost)} lost, ${count(rejected)} rejected`;
    })
    .join('\n')
    .concat('\n');
}

async function analyzeWith(session: Session, { analysis }: Wayleave) {
  const bar = session.progress('roll up');
  const report = await analysis.analyze({}, bar.report);
  bar.done();
  return report;
}

function dayWindow(estate: Estate, day: number) {
  return { from: startOfDay(estate, day) / 1000, to: startOfDay(estate, day + 1) / 1000 };
}
