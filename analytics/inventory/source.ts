import type { WorkloadType } from '../model/workload';

/** Epoch milliseconds; a side that is left out is open. */
export interface Span {
  readonly since?: number;
  /** Exclusive. */
  readonly until?: number;
}

/** An address and when it was somebody's. */
export interface ClaimedAddress extends Span {
  /** Canonical text. */
  readonly address: string;
  /** VRF, VPC or tenant, as flow sources name it; '' where there is only one. */
  readonly scope: string;
}

/** What a source says of one workload. */
export interface Claim {
  /** The source's own name for it, stable from import to import: instance id, VM UUID, pod UID. */
  readonly key: string;
  /** What people call it. */
  readonly name: string;
  readonly type: WorkloadType;
  readonly addresses: readonly ClaimedAddress[];
  /** `role`, `app`, `env` and `loc` are well known. */
  readonly labels: Readonly<Record<string, string>>;
  /** Of a virtual address: the addresses behind it, canonical text. */
  readonly pool?: readonly string[];
  /** Services it is said to offer. */
  readonly listens?: readonly { readonly protocol: number; readonly port: number; readonly name: string }[];
}

/** A network that is not made of workloads of ours: a provider's, a partner's, the users'. */
export interface NamedNetwork {
  /** `198.51.100.0/24`. */
  readonly prefix: string;
  readonly scope: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Who was logged on where. */
export interface LogOn extends Span {
  readonly user: string;
  readonly address: string;
  readonly scope: string;
}

/** What could not be understood, and where. */
export interface InventoryReject {
  /** `line 12`, `Reservations[3].Instances[0]`. */
  readonly where: string;
  readonly message: string;
}

/** What one import says. */
export interface Snapshot {
  readonly claims: readonly Claim[];
  readonly networks: readonly NamedNetwork[];
  readonly logOns: readonly LogOn[];
  readonly rejects: readonly InventoryReject[];
  /** What was taken for granted and a person should see: `name from "FQDN"`. */
  readonly notes?: readonly string[];
  /** The moment it describes, epoch milliseconds; when it is imported, where it does not say. */
  readonly asOf?: number;
  /** Whether what it leaves out is gone. A log (leases, log-ons) only ever adds. */
  readonly complete: boolean;
}

/** Choices of the person who imports; a source ignores those that do not concern it. */
export interface SourceOptions {
  /** Scope of everything that does not say its own. */
  readonly scope?: string;
  /** For files of columns: which column or JSON path is which of ours (`address`, `name`, `scope`, label names). */
  readonly mapping?: Readonly<Record<string, string>>;
  /** For zone files without $ORIGIN, for leases without a domain. */
  readonly domain?: string;
  /** Which tag or label keys become the well-known labels: `{ app: 'Application' }`. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** A document as it was handed over: its text, and the JSON in it where it is JSON. */
export interface SourceDocument {
  readonly name: string;
  readonly text: string;
  /** Undefined where the text is not JSON. */
  readonly json: unknown;
}

/** Something that knows workloads: a cloud, a cluster, a register. One folder each, one line in the registry. */
export interface InventorySource {
  /** `aws`, `kubernetes`, `csv`. */
  readonly kind: string;
  /** One line for people: what it reads, and the command that makes it. */
  readonly description: string;
  /** Whether a document is one of these, by what it holds, and what a mapping says of it. */
  recognise(document: SourceDocument, options?: SourceOptions): boolean;
  /**
   * Documents of one import belong together (instances and network interfaces; pods, services and nodes).
   * What cannot be understood is a reject; @throws WayleaveError `bad-inventory` when nothing can.
   */
  read(documents: readonly SourceDocument[], options: SourceOptions): Snapshot;
}
