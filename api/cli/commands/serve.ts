import { once } from 'node:events';
import type { Session } from '../session';

/** Runs until SIGINT or SIGTERM, then stops in order: sockets, spool, store. */
export async function serve(session: Session): Promise<void> {
  const wayleave = await session.open((config) => config, { withoutStore: true });
  const serving = await wayleave.serve();
  session.answer({ url: serving.url, udp: serving.udp, tcp: serving.tcp, token: `${session.config.data}/token` }, () =>
    [
      // Not into a log.
      session.terminal.stdout.isTTY
        ? `console    ${serving.url}/#token=${serving.token}`
        : `console    ${serving.url}, with the token in ${session.config.data}/token`,
      `flows      udp ports ${serving.udp.join(', ') || 'none'}, tcp ports ${serving.tcp.join(', ') || 'none'}, or POST ${serving.url}/api/v1/uploads`,
      `data       ${session.config.data}`,
      '',
    ].join('\n'),
  );
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  session.say('stopping');
  await serving.stop();
}
