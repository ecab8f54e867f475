import type { GroupKind } from '../../model/topology';
import { digest } from '../history/identity';

/** The id of the group that a decision makes, which is known before any run has made it. */
export function madeGroupId(kind: GroupKind, decision: string): string {
  return `${kind}-${digest([kind, decision])}`;
}
