import type { MessagePort } from 'node:worker_threads';
import { createDatagramDecoder } from '../decode/datagram';
import { messageOf, WayleaveError } from '../kernel/errors';
import { createLog } from '../kernel/log';
import { createAppender } from '../spool';
import { announcedFile } from './announced';
import { createIntake } from './intake';
import type { IntakeOptions, Order, Report, Request } from './protocol';

const SNAPSHOT_MS = 1000;
const REMEMBER_MS = 60_000;

/** Runs an intake at the orders that come in at a port, in whichever thread this is; closes the port when it stops. */
export function serveIntake(port: MessagePort, options: IntakeOptions): void {
  const report = (message: Report): void => port.postMessage(message);
  const log = createLog(options.logLevel);
  const announced = announcedFile(options.announced, log);
  const state = announced.read();
  const steady = () => performance.now();
  const decoder = createDatagramDecoder({ ...(state ? { state } : {}), steady });
  const intake = createIntake(options, {
    decoder,
    appender: createAppender(options.spool),
    log,
    clock: () => new Date(),
    steady,
    onSegments: (segments) => report({ kind: 'segments', segments }),
  });
  const look = (): void => report({ kind: 'snapshot', snapshot: intake.snapshot() });
  /** Whoever is too busy to answer does not read them either: they must not pile up. */
  let answered = true;
  const lookRegularly = (): void => {
    if (!answered) return;
    answered = false;
    look();
  };
  const remember = (): void => announced.write(decoder.state());
  const timers: NodeJS.Timeout[] = [];

  const carryOut = async ({ kind }: Request): Promise<void> => {
    switch (kind) {
      case 'start':
        report({ kind: 'listening', ports: await intake.start() });
        timers.push(setInterval(lookRegularly, SNAPSHOT_MS), setInterval(remember, REMEMBER_MS));
        break;
      case 'flush':
        await intake.flush();
        break;
      case 'stop':
        timers.forEach(clearInterval);
        remember();
        await intake.stop();
        break;
      case 'look':
        break;
    }
    look();
  };

  const answer = async (request: Request): Promise<void> => {
    const { id } = request;
    try {
      await carryOut(request);
      report({ kind: 'done', id });
    } catch (error) {
      const { code, where } = error instanceof WayleaveError ? error : { code: 'internal', where: {} };
      report({ kind: 'failed', id, code, message: messageOf(error), where });
    }
    if (request.kind === 'stop') port.close();
  };

  port.on('message', (order: Order) => {
    if (order.kind === 'backlog') {
      answered = true;
      intake.backlog(order);
    } else void answer(order);
  });
}
