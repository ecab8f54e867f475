import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dependency } from '../../../analytics/model/dependency';
import type { Window } from '../../../analytics/model/topology';
import { readLabels } from '../../../analytics/quality/groups/host-graph';
import { readHourlyFiles } from '../../../analytics/quality/groups/hourly-files';
import { PortEdges } from '../../../analytics/quality/groups/port-edges';

/** A published network of hosts, cut into days. */
export interface HostDays {
  /** All that were active. */
  readonly hosts: readonly string[];
  readonly labelled: ReadonlySet<string>;
  readonly splits: readonly HostSplit[];
  /** Of all days, between labelled hosts: who serves what to be attacked. */
  readonly served: readonly Dependency[];
}

/** Days to learn from, and the day after them. */
export interface HostSplit {
  /** "day 1 to 2". */
  readonly name: string;
  readonly window: Window;
  /** Made anew each time: of a large network there are many. */
  training(): readonly Dependency[];
  /** Between labelled hosts. */
  readonly test: readonly Dependency[];
}

/** Days from 1: the first and last of training; the day after is tested on. */
const SPLITS = [
  [1, 1],
  [1, 3],
] as const;
const HOURS_A_DAY = 24;
const SECONDS_PER_HOUR = 3_600;
const FIRST_HOUR_OF = /(\d{8})\d{4}/;

/**
 * Reads `hourly/*.gz` and `labels.txt`. Days are those of the file names (YYYYMMDDHHMM), or 24 files each. A split whose
 * days the folder does not have is left out.
 *
 * @throws WayleaveError `bad-host-graph`
 */
export async function readHostDays(folder: string): Promise<HostDays> {
  const dayOf = await daysOfFiles(folder);
  const training = SPLITS.map(() => new PortEdges());
  const tests = SPLITS.map(() => new PortEdges());
  const all = new PortEdges();
  const hours = SPLITS.map(() => ({ from: Infinity, to: 0 }));
  const { hosts } = await readHourlyFiles(folder, (client, server, port, protocol, hour, packets) => {
    const day = dayOf(hour);
    all.add(client, server, port, protocol, hour, packets);
    SPLITS.forEach(([first, last], at) => {
      if (day === last + 1) tests[at]?.add(client, server, port, protocol, hour, packets);
      const window = hours[at];
      if (day < first || day > last || !window) return;
      training[at]?.add(client, server, port, protocol, hour, packets);
      window.from = Math.min(window.from, hour);
      window.to = Math.max(window.to, hour + 1);
    });
  });
  const labelled = new Set((await readLabels(join(folder, 'labels.txt'), new Set(hosts))).keys());
  const inside = ({ client, server }: Dependency) => labelled.has(client) && labelled.has(server);
  return {
    hosts,
    labelled,
    served: all.dependencies(hosts).filter(inside),
    splits: SPLITS.flatMap(([first, last], at) => {
      const [learned, window] = [training[at], hours[at]];
      const test = tests[at]?.dependencies(hosts).filter(inside) ?? [];
      if (!learned || !window || window.to === 0 || test.length === 0) return [];
      return [
        {
          name: first === last ? `day ${first} to ${last + 1}` : `days ${first}-${last} to ${last + 1}`,
          window: { from: window.from * SECONDS_PER_HOUR, to: window.to * SECONDS_PER_HOUR },
          training: () => learned.dependencies(hosts),
          test,
        },
      ];
    }),
  };
}

/** The day, from 1, of a file by its place. */
async function daysOfFiles(folder: string): Promise<(hour: number) => number> {
  const files = (await readdir(join(folder, 'hourly'))).filter((name) => name.endsWith('.gz')).sort();
  const dates = files.flatMap((name) => FIRST_HOUR_OF.exec(name)?.[1] ?? []);
  if (dates.length < files.length) return (hour) => Math.floor(hour / HOURS_A_DAY) + 1;
  const days = [...new Set(dates)].sort();
  const byFile = dates.map((date) => days.indexOf(date) + 1);
  return (hour) => byFile[hour] ?? 0;
}
