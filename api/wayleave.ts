import type { Registry } from 'prom-client';
import type { GroupDecisions } from '../analytics/group/decisions';
import type { Inventory } from '../analytics/inventory';
import type { ExporterHealth } from '../ingest/decode/exporter';
import type { Logger } from '../ingest/kernel/log';
import type { Clock } from '../ingest/kernel/time';
import type { Fullness, Space, Trouble } from '../ingest/spool';
import type { Store } from '../ingest/store';
import type { UploadReport } from '../ingest/upload';
import type { SourceStatus } from '../ingest/watch';
import type { Analysis } from './analysis';
import type { Backups } from './backup';
import type { Config } from './config/config';
import type { Documents } from './documents';
import type { Jobs } from './jobs';
import type { Proving } from './proving';
import type { PolicyService } from './policies';
import type { RuleDecisions } from './rule-decisions';
import type { Watch } from './watch';
import type { ThreatService } from './threats';
import type { Weighing } from './weighing';

/** What stands between a sender and the store. */
export interface PipelineState {
  /** Whoever can be pushed back is, until this is over. */
  readonly full: Fullness | undefined;
  /** What the spool is being emptied into does not take it. */
  readonly trouble: Trouble | undefined;
  /** Bytes that wait in the spool. */
  readonly backlog: number;
  /** When what waits longest was written, in epoch milliseconds. */
  readonly oldest: number | undefined;
}

/** Everything that works on one data directory, what the command line, the API and the demonstration share. */
export interface Wayleave {
  readonly store: Store;
  readonly analysis: Analysis;
  readonly inventory: Inventory;
  readonly documents: Documents;
  readonly decisions: GroupDecisions;
  readonly proving: Proving;
  readonly weighing: Weighing;
  readonly policies: PolicyService;
  readonly ruleDecisions: RuleDecisions;
  readonly watch: Watch;
  readonly threats: ThreatService;
  readonly jobs: Jobs;
  readonly backups: Backups;
  readonly registry: Registry;
  readonly config: Config;
  readonly log: Logger;
  /** Room on disk, for whatever is received. */
  readonly space: Space;
  /** Takes a file of flows, recognised by content. @throws WayleaveError */
  take(path: string, name?: string): Promise<UploadReport>;
  /** Why nothing can be taken at present, and why what was taken is not in the store yet. */
  pipeline(): PipelineState;
  /** Whether the sockets are open: not between a crash of their thread and its next start. */
  receiving(): boolean;
  /** Watched folders and buckets. */
  sources(): readonly SourceStatus[];
  /** Live state of every exporter that sends to this process, as of the last second or of `look`. */
  exporters(): readonly ExporterHealth[];
  /** Brings `exporters` up to date. */
  look(): Promise<void>;
  /** Writes down how well exporters were heard up to now. */
  record(): Promise<void>;
  readonly clock: Clock;
  /** Everything received so far is in the store. */
  settle(): Promise<void>;
  close(): Promise<void>;
}
