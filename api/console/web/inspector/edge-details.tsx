import type { VNode } from 'preact';
import type { MapEdge } from '../../../../analytics/layout/view';
import type { Estate } from '../estate';
import type { Go } from '../use-place';
import { number } from '../words';
import { Facts } from './facts';
import { Heading } from './heading';

interface Props {
  readonly edge: MapEdge;
  readonly estate: Estate;
  readonly go: Go;
  readonly close: () => void;
}

export function EdgeDetails({ edge, estate, go, close }: Props): VNode {
  const rules = estate.rows.filter(({ id }) => edge.rules.includes(id));
  const end = (id: string): VNode => (
    <button type="button" class="link" onClick={() => go({ focus: { kind: 'box', id } })}>
      {estate.nameOf(id)}
    </button>
  );
  return (
    <>
      <Heading
        kind={edge.state === 'allowed' ? 'Allowed traffic' : 'Traffic not proposed'}
        title={`${estate.nameOf(edge.from)} → ${estate.nameOf(edge.to)}`}
        close={close}
      />
      <Facts
        facts={[
          ['Client', end(edge.from)],
          ['Server', end(edge.to)],
          ['Services', <span class="mono">{edge.label}</span>],
          ['Connections', number(edge.connections)],
        ]}
      />
      {edge.state === 'refused' ? (
        <>
          <h3>Why not</h3>
          <p>
            This was seen, and no rule is proposed for it.{' '}
            <button type="button" class="link" onClick={() => go({ tab: 'refusals' })}>
              Reasons
            </button>
          </p>
        </>
      ) : (
        <>
          <h3>Admitted by</h3>
          <ul class="edge-list">
            {rules.map((row) => (
              <li key={row.id}>
                <button type="button" onClick={() => go({ rule: row.id })}>
                  {row.words}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
