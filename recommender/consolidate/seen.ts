import type { Dependency } from '../../analytics/model/dependency';
import type { Service } from '../../analytics/model/service';
import type { Workload } from '../../analytics/model/workload';

/** What is known of an estate: it says how much a rule really opens. */
export interface Seen {
  readonly workloads: readonly Workload[];
  /** Who was seen serving what; dependencies will do. */
  readonly served: readonly Pick<Dependency, 'server' | 'service' | 'ports'>[];
  /** Ports of which all that a server serves count as one service; as replay has it where left out. */
  readonly handedOut?: (protocol: number, port: number) => boolean;
  /** By id of a group that is all in one environment. */
  readonly environments?: ReadonlyMap<string, string>;
  /** Whether a service administers its server: merging never opens one to anybody. Missing where ports mean nothing. */
  readonly administers?: (service: Service) => boolean;
}
