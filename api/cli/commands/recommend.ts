import { WayleaveError } from '../../../ingest/kernel/errors';
import { findGroup } from '../../../analytics/group/decisions';
import { findWorkload } from '../../../analytics/group/why';
import type { Topology } from '../../../analytics/model/topology';
import { nearMatches, type ContextKind, type Strategy } from '../../../recommender/propose';
import type { Granularity, PolicyScope } from '../../../recommender/model/policy';
import { printPolicy } from '../print/policy';
import type { Session } from '../session';

interface Options {
  readonly name: string;
  readonly application?: string[];
  readonly environment?: string;
  readonly workload?: string[];
  readonly granularity: Granularity;
  readonly strategy: Strategy;
  readonly carry?: ContextKind[];
  readonly run?: string;
  readonly like?: string;
  readonly from?: number;
  readonly to?: number;
}

export async function recommend(session: Session, options: Options): Promise<void> {
  const { analysis, policies } = await session.open();
  const { name, granularity, strategy, carry, run, like, from, to } = options;
  const known = like === undefined ? undefined : (await policies.named(like)).groups;
  const policy = await analysis.recommend(name, {
    scope: scopeOf(options, await analysis.topology(run)),
    granularity,
    strategy,
    carry,
    run,
    known,
    window:
      from === undefined && to === undefined
        ? undefined
        : { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) },
  });
  const near = known === undefined ? [] : nearMatches(policy, known);
  session.answer(policy, () =>
    [printPolicy(policy), ...near.map(({ words }) => `nearly the same, and not taken for it: ${words}\n`)].join(''),
  );
}

/** As it was written: applications by name or id, workloads by name, id or address. */
function scopeOf(
  { application, environment, workload }: Pick<Options, 'application' | 'environment' | 'workload'>,
  topology: Topology,
): PolicyScope | undefined {
  const scopes: PolicyScope[] = [
    ...(application
      ? [
          {
            kind: 'applications' as const,
            applications: application.map((each) => findGroup(topology, each, []).id),
          },
        ]
      : []),
    ...(environment === undefined ? [] : [{ kind: 'environment' as const, environment }]),
    ...(workload
      ? [{ kind: 'workloads' as const, workloads: workload.map((each) => findWorkload(topology, each).id) }]
      : []),
  ];
  if (scopes.length < 2) return scopes[0];
  throw new WayleaveError('expected one of --application, --environment and --workload', { code: 'bad-scope' });
}
