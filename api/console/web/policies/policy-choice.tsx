import type { VNode } from 'preact';
import type { PoliciesAnswer } from '../../contract';

interface Props {
  readonly policies: PoliciesAnswer;
  /** Id. */
  readonly chosen: string | undefined;
  readonly choose: (id: string) => void;
}

/** Which policy is meant; nothing while there is none. */
export function PolicyChoice({ policies, chosen, choose }: Props): VNode | null {
  if (policies.length === 0) return null;
  return (
    <label class="policy-choice">
      Policy
      <select value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
        {policies.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
