import { existsSync } from 'node:fs';
import type { Report } from '../../analytics/quality/groups/report';
import { readHostDays } from './rules/host-days';
import { readAttackedEstate } from './rules/apt29';
import { judgeAttackedEstate } from './rules/judge-apt29';
import { judgeEstates } from './rules/judge-estate';
import { judgeHostDays } from './rules/judge-host-days';

const ATTACKED = '../shared/data/zeek/apt29-day1/combined_zeek.log';
const HOST_GRAPH = '../shared/data/hosts-g21';

export async function quality({ data }: { data?: string }, report: Report): Promise<void> {
  if (data !== undefined) {
    judgeHostDays(await readHostDays(data), report);
    return;
  }
  if (existsSync(HOST_GRAPH)) judgeHostDays(await readHostDays(HOST_GRAPH), report);
  else process.stderr.write(`skipped: ${HOST_GRAPH} is not there\n`);
  if (existsSync(ATTACKED)) {
    const attacked = await readAttackedEstate(ATTACKED);
    judgeAttackedEstate(attacked, (metric, value, unit) => report(`apt29 ${metric}`, value, unit));
  } else process.stderr.write(`skipped: ${ATTACKED} is not there\n`);
  judgeEstates(report);
}
