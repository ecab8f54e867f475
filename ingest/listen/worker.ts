import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type { IntakeOptions } from './protocol';
import { serveIntake } from './serve-intake';

/**
 * The kernel drops what this thread is late for, and the embedded engine keeps every core busy while it loads. On Linux
 * a priority belongs to the thread that sets it; elsewhere to the whole process, which would help nobody.
 */
function hurry(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(constants.priority.PRIORITY_HIGH);
  } catch {
    // Only root, or who has CAP_SYS_NICE, may; the receive buffer has to do otherwise.
  }
}

/** What the collector's thread runs. */
if (parentPort) {
  hurry();
  serveIntake(parentPort, workerData as IntakeOptions);
}
