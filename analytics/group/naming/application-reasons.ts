import type { Reason } from '../../model/topology';
import type { Workload } from '../../model/workload';
import { serviceName } from '../../services';
import type { Application } from '../applications/applications';
import { describeAside } from '../applications/set-aside';
import { networksOf } from '../applications/vicinity';
import type { Evidence } from '../evidence';
import { percent } from '../figures';
import type { Structure } from '../structure';

/** Seeds that agree on all but this much agree. */
const CERTAIN = 0.995;

/** What an application rests on, and what speaks against it. */
export function applicationReasons(
  evidence: Evidence,
  structure: Structure,
  at: (workload: number) => Workload,
): (application: number) => Reason[] {
  const { applications, unanswered } = structure;
  const lent = lentShares(applications);
  const meshes = meshReasons(evidence, structure);
  const aside = asideOf(evidence, structure);
  const networks = networksOf(evidence.workloads);
  return (number) => {
    const application = applications[number];
    if (!application) return [];
    const { owned, borrowed, environment, agreement } = application;
    const vain = [...owned.keys()].filter(
      (workload) => unanswered.ofApplication[number]?.has(workload) === true,
    ).length;
    return [
      ...labelReasons(application, at),
      ...(environment === null ? [] : [{ text: `kept to environment ${environment}`, weight: 0.5 }]),
      trafficReason(application, aside.get(number), quietNetwork(application, networks)),
      ...(vain > 0
        ? [
            {
              text: `nothing that ${vain} of ${owned.size} asked the others, or were asked by them, was ever answered`,
              weight: -vain / owned.size,
            },
          ]
        : []),
      ...(agreement < CERTAIN
        ? [
            {
              text: `searches from different seeds agree on ${percent(agreement)} of who belongs together here`,
              weight: agreement - 1,
            },
          ]
        : []),
      ...[...borrowed].map(([workload, share]) => ({
        text: `also lives on ${at(workload).name} of another application: ${percent(share)} of its service goes here`,
        weight: share,
      })),
      ...[...owned.keys()].flatMap((workload) => {
        const share = lent.get(workload);
        if (share === undefined) return [];
        const text = `its ${at(workload).name} also serves other applications: ${percent(share)} of its service goes there`;
        return [{ text, weight: -share }];
      }),
      ...meshes,
    ];
  };
}

/** The network of several workloads that have no traffic that ties, where all of them are in one. */
export function quietNetwork(
  { owned, inside, outside }: Application,
  networks: ReadonlyMap<number, string>,
): string | undefined {
  if (inside + outside > 0 || owned.size < 2) return undefined;
  const [network, ...others] = new Set([...owned.keys()].map((workload) => networks.get(workload)));
  return others.length === 0 ? network : undefined;
}

function labelReasons({ owned, application }: Application, at: (workload: number) => Workload): Reason[] {
  if (application === null) return [];
  const labelled = [...owned.keys()].filter((workload) => at(workload).labels.app === application).length;
  return [
    {
      text: `the inventory labels ${labelled} of ${owned.size} with app ${application}`,
      weight: labelled / owned.size,
    },
  ];
}

function trafficReason(
  { owned, environment, inside, outside }: Application,
  aside: string | undefined,
  network: string | undefined,
): Reason {
  if (inside + outside > 0) {
    const share = inside / (inside + outside);
    return { text: `${percent(share)} of ${tyingTraffic(environment)} stays inside`, weight: share };
  }
  const none = `no traffic with other managed workloads${aside === undefined ? '' : ` but ${aside}`}`;
  if (network !== undefined) return { text: `${none}; all in ${network}`, weight: 0.5 };
  return owned.size > 1 ? { text: `alike, and ${none}`, weight: 0.5 } : { text: none, weight: 0 };
}

/** What shares of an application's traffic are of: what it has with shared services and other environments ties nobody. */
export function tyingTraffic(environment: string | null): string {
  return `its traffic with applications${environment === null ? '' : ' of its environment'}, by weight,`;
}

/** Of applications that no traffic ties, what they do with managed workloads. */
function asideOf(
  evidence: Evidence,
  { applications, shared, scanners, meshes }: Structure,
): ReadonlyMap<number, string> {
  const quiet = [...applications.entries()].filter(([, { inside, outside }]) => inside + outside === 0);
  const homes = quiet.flatMap(([number, { owned }]) =>
    [...owned.keys()].map((workload) => [workload, number] as const),
  );
  return describeAside(evidence, new Map(homes), {
    sharing: new Set(shared.flatMap(({ workloads }) => workloads)),
    scanning: new Set(scanners.map(({ workload }) => workload)),
    meshed: new Set(meshes.map(({ service }) => service)),
  });
}

/** How much of the service of a workload goes to applications that do not own it. */
function lentShares(applications: readonly Application[]): Map<number, number> {
  const lent = new Map<number, number>();
  for (const { borrowed } of applications) {
    for (const [workload, share] of borrowed) lent.set(workload, (lent.get(workload) ?? 0) + share);
  }
  return lent;
}

function meshReasons({ services }: Evidence, { meshes }: Structure): Reason[] {
  return meshes.flatMap(({ service, share }) => {
    const used = services[service];
    if (!used) return [];
    const name = `${serviceName(used.service)} (${used.key})`;
    return [{ text: `${name} was set aside: ${percent(share)} of all pairs use it`, weight: 0 }];
  });
}
