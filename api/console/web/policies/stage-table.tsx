import type { VNode } from 'preact';
import type { Stage } from '../../../../recommender/lifecycle/model';
import type { UnitAnswer } from '../../contract';
import type { StoredPolicy } from '../client';
import type { Desk } from '../desk';
import type { Estate } from '../estate';
import { ActButtons } from './act-buttons';
import { stagesWords, waysOf } from './stages';

interface Props {
  readonly policy: StoredPolicy;
  readonly estate: Estate;
  readonly desk: Desk;
}

/** How far each direction of each application is, and the next step of it. */
export function StageTable({ policy, estate, desk }: Props): VNode {
  const { body, units } = policy.revision;
  const stagesOf = (kind: UnitAnswer['kind']): Stage[] =>
    units.flatMap((unit) => (unit.kind === kind ? [unit.stage] : []));
  const names = new Map(body.groups.map(({ id, name }) => [id, name]));
  const ways = waysOf(body, units, (group) => names.get(group) ?? estate.nameOf(group));
  return (
    <table class="rules decisions stages">
      <thead>
        <tr>
          {['Application', 'Direction', 'Rules', 'All else', 'Next'].map((title) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">Everything</th>
          <td>both</td>
          <td>{stagesWords(stagesOf('rule')) || 'none'}</td>
          <td>{denied(stagesOf('closing'))}</td>
          <td>
            <ActButtons
              policy={policy}
              target={{ kind: 'all' }}
              words={`everything of ${policy.name}`}
              stages={units.map(({ stage }) => stage)}
              desk={desk}
            />
          </td>
        </tr>
        {ways.map(({ group, name, direction, rules, closings }) => (
          <tr key={`${group} ${direction}`}>
            <th scope="row">{name}</th>
            <td>{direction}</td>
            <td>{stagesWords(rules) || 'none'}</td>
            <td>{denied(closings)}</td>
            <td>
              <ActButtons
                policy={policy}
                target={{ kind: 'group', group, direction }}
                words={`${direction} of ${name}`}
                stages={[...rules, ...closings]}
                desk={desk}
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function denied(closings: readonly Stage[]): string {
  return closings.length === 0 ? 'stays open' : `denied: ${stagesWords(closings)}`;
}
