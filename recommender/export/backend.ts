import type { Service } from '../../analytics/model/service';
import type { PacketFilter } from '../model/packet-filter';
import type { Policy } from '../model/policy';

export interface ExportFile {
  /** Relative; what the file is called when written. */
  readonly path: string;
  readonly text: string;
}

/** What of a policy a backend cannot say. */
export interface Loss {
  /** Rule id; null for what no rule says: how groups are closed. */
  readonly rule: string | null;
  /** What of the rule's traffic is not admitted in consequence; null when only something beside it is lost (its log). */
  readonly service: Service | null;
  readonly reason: string;
}

export interface Rendered {
  readonly files: readonly ExportFile[];
  readonly losses: readonly Loss[];
}

/**
 * A place where packets are judged: a router, the stack of the sending host, the ingress of a pod. A packet gets through
 * if every point that sees it lets it; the gate asks more: that each of them alone decides as the policy does, so that
 * an end still protects itself when the other has fallen.
 */
export interface EnforcementPoint {
  /** "ingress of the pod". */
  readonly name: string;
  sees(src: bigint, dst: bigint): boolean;
  readonly filter: PacketFilter;
  /** What it would do if it enforced what it only logs as such; missing where nothing can be logged. */
  readonly staged?: PacketFilter;
}

/** A way of enforcing a policy: one renderer, and an importer that shares nothing with it but the vendor's manual. */
export interface Backend {
  readonly name: string;
  readonly title: string;
  /** @throws WayleaveError `not-expressible` */
  render(policy: Policy): Rendered;
  /** What the files do when enforced. @throws WayleaveError `bad-export`, naming file and place */
  import(files: readonly ExportFile[]): readonly EnforcementPoint[];
}
