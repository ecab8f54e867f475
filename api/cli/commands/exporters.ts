import type { Window } from '../../../analytics/model/topology';
import { exporterQuality, listenerLosses, setSamplingRate } from '../../../ingest/exporters';
import { lastDay } from '../../http/window';
import { printExporters, printListeners } from '../print/exporters';
import type { Session } from '../session';

export async function exporters(session: Session, options: Partial<Window>): Promise<void> {
  const { store, clock } = await session.open();
  const window = lastDay(options, clock());
  const found = await exporterQuality(store, window);
  const listeners = await listenerLosses(store, window);
  session.answer({ window, exporters: found, listeners }, () => printExporters(found) + printListeners(listeners));
}

export async function samplingRate(
  session: Session,
  exporter: string,
  rate: number,
  { domain }: { domain?: number },
): Promise<void> {
  const { store, clock } = await session.open();
  await setSamplingRate(store, { exporter, domain, rate }, clock);
  session.answer({ exporter, domain: domain ?? null, rate }, () =>
    rate === 0
      ? `${exporter}: back to what it says itself\n`
      : `${exporter}: one packet in ${rate} where it does not say otherwise, also for flows of the past\n`,
  );
}
