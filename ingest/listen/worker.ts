import { parentPort, workerData } from 'node:worker_threads';
import type { IntakeOptions } from './protocol';
import { serveIntake } from './serve-intake';

/** What the collector's thread runs. */
if (parentPort) serveIntake(parentPort, workerData as IntakeOptions);
