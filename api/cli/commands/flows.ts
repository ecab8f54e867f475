import { createIdentity, FLOW_AND_CONVERSATION_FIELDS } from '../../../analytics/conversations/query';
import { findFlows, type FlowQuery } from '../../../ingest/flows';
import { WayleaveError } from '../../../ingest/kernel/errors';
import { nearest } from '../../../ingest/query';
import { formatsOf } from '../../config/config';
import { printFlows } from '../print/flows';
import { cutAt } from '../print/table';
import type { Session } from '../session';

export async function flows(
  session: Session,
  filter: string | undefined,
  { limit, ...query }: Omit<FlowQuery, 'filter'> & { limit: number },
): Promise<void> {
  const { store, clock } = await session.open();
  const deps = { store, owners: createIdentity(store), now: clock().getTime(), fields: FLOW_AND_CONVERSATION_FIELDS };
  const found = await findFlows({ ...query, filter }, limit, deps);
  if (found.length === 0) checkFormat(query.format, session);
  session.answer(found, () => printFlows(found) + cutAt(found.length, limit));
}

/** Flows may be of a format that was configured once: only where there are none, its name is held to be wrong. */
function checkFormat(format: string | undefined, { config }: Session): void {
  const known = formatsOf(config).map(({ name }) => name);
  if (format === undefined || known.includes(format)) return;
  const near = nearest(format, known);
  const rest = near === undefined ? `known are ${known.join(', ')}` : `did you mean ${near}?`;
  throw new WayleaveError(`there is no format "${format}"; ${rest}`, { code: 'unknown-format' });
}
