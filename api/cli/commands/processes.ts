import { once } from 'node:events';
import { createLog, type Logger } from '../../../ingest/kernel/log';
import { startCollector } from '../../collect';
import type { Config } from '../../config/config';
import { startLoader } from '../../load';
import type { Serving } from '../../main';
import type { Session } from '../session';

/** Sockets to Kafka, until stopped. */
export function collect(session: Session): Promise<void> {
  return untilStopped(session, startCollector);
}

/** Kafka to ClickHouse, until stopped. */
export function load(session: Session): Promise<void> {
  return untilStopped(session, startLoader);
}

async function untilStopped(session: Session, start: (config: Config, log: Logger) => Promise<Serving>): Promise<void> {
  const { config } = session;
  const { url, udp, tcp, stop } = await start(config, createLog(config.log.level));
  session.answer({ url, udp, tcp }, () =>
    [
      `probes     ${url}/healthz, /readyz and /metrics`,
      ...(udp.length + tcp.length > 0
        ? [`flows      udp ports ${udp.join(', ') || 'none'}, tcp ports ${tcp.join(', ') || 'none'}`]
        : []),
      `data       ${config.data}`,
      '',
    ].join('\n'),
  );
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  session.say('stopping');
  await stop();
}
