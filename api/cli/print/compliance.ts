import { STANCES, type ComplianceMap, type CompliancePage } from '../../../recommender/compliance';
import { columns, count, few, section, share } from './table';

const RULES_SHOWN = 2;

export function printCompliance({ words, differences, edges, applications }: ComplianceMap, limit: number): string {
  const contradictions = Object.entries(differences).filter(([, { tuples }]) => tuples > 0);
  const table = columns(
    ['from', 'to', ...STANCES, 'not answered', 'services', 'rules'],
    edges.slice(0, limit).map(({ client, server, stances, tries, services, rules }) => [
      client.name,
      server.name,
      ...STANCES.map((each) => count(stances[each].connections - tries[each].connections)),
      count(STANCES.reduce((sum, each) => sum + tries[each].connections, 0)),
      few([...new Set(services.map((service) => service.words))], 2),
      few(
        rules.map(({ rule }) => rule),
        RULES_SHOWN,
      ),
    ]),
  );
  return [
    `${words}\n`,
    section(
      'What happens is not what the policy says',
      contradictions.map(
        ([kind, { tuples, connections }]) =>
          `${kind}: ${count(tuples)} conversations, ${count(connections)} connections`,
      ),
    ),
    section(
      'Connections covered by rules',
      applications.map(
        ({ name, share: covered, connections }) => `${name}: ${share(covered)} of ${count(connections)}`,
      ),
      limit,
    ),
    ...(edges.length === 0 ? [] : [`\nConnections\n${table}`]),
  ].join('');
}

export function printCompliancePage({ conversations, next, leftOut }: CompliancePage): string {
  const table = columns(
    ['conversation', 'connections', 'policy', 'happened', 'difference', 'rule'],
    conversations.map(({ conversation, connections, stance, outcome, difference, rule }) => [
      conversation,
      count(connections),
      stance,
      outcome,
      difference ?? '',
      rule ?? '',
    ]),
  );
  return [
    conversations.length === 0 ? 'No such conversation\n' : table,
    ...(next === null ? [] : ['there are more; --limit shows them\n']),
    ...(leftOut > 0 ? [`${count(leftOut)} services between groups were too many to be asked about\n`] : []),
  ].join('');
}
