import type { VNode } from 'preact';
import type { ReachAnswer } from '../../contract';
import { number } from '../words';

/** From where crown jewels can be reached, before and after. */
export function Reach({ reach }: { readonly reach: ReachAnswer }): VNode {
  return (
    <>
      <ul class="reasons">
        {reach.words.map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ul>
      {reach.jewels.length > 0 && (
        <table class="rules decisions">
          <thead>
            <tr>
              {['Crown jewel', 'Reached from now', 'With these rules', 'The shortest way left'].map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {reach.jewels.map(({ id, name, before, after, path }) => (
              <tr key={id}>
                <th scope="row">{name}</th>
                <td class="numeric">{number(before)}</td>
                <td class="numeric">{number(after)}</td>
                <td>{path ?? 'none'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
