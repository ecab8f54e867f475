import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readHostGraph } from './groups/host-graph';
import { judgeGenerated } from './groups/judge-generated';
import { judgeHostGraph } from './groups/judge-host-graph';
import { judgeTeams } from './groups/judge-teams';
import type { Report } from './groups/report';
import { readTeamNetwork } from './groups/team-network';

const HOST_GRAPH = '../shared/data/hosts-g21';
const TEAMS = '../shared/data/zeek/wrccdc2018';

/**
 * How well groups are found: in the labelled network or the Zeek logs of a folder, or, without one, in the labelled
 * network g21, in WRCCDC's logs and in generated estates. Parameters are chosen on other generated estates only; what is
 * reported here has never been looked at for that.
 */
export async function quality({ data }: { data?: string }, report: Report): Promise<void> {
  if (data !== undefined) {
    await judgeFolder(data, report);
    return;
  }
  await judgeIfThere(HOST_GRAPH, report);
  await judgeIfThere(TEAMS, (metric, value, unit) => report(`wrccdc2018 ${metric}`, value, unit));
  judgeGenerated(report);
}

async function judgeIfThere(folder: string, report: Report): Promise<void> {
  if (existsSync(folder)) await judgeFolder(folder, report);
  else process.stderr.write(`skipped: ${folder} is not there\n`);
}

async function judgeFolder(folder: string, report: Report): Promise<void> {
  if (existsSync(join(folder, 'hourly')) || !hasLogs(folder)) judgeHostGraph(await readHostGraph(folder), report);
  else judgeTeams(await readTeamNetwork(folder), report);
}

function hasLogs(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).some((file) => /\.log(\.gz)?$/.test(file));
}
