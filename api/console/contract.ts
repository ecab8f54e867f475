import type { TopologyDiff } from '../../analytics/group';
import type { MapView } from '../../analytics/layout/view';
import type { GroupDecision, GroupWish } from '../../analytics/model/group-decision';
import type { Topology, Window } from '../../analytics/model/topology';
import type { ExporterQuality } from '../../ingest/exporters';
import type { DriftReport } from '../../recommender/drift/model';
import type { Action, Comment, Override, Revision, UnitState } from '../../recommender/lifecycle/model';
import type { Side } from '../../recommender/model/closing';
import type { Closing, Policy } from '../../recommender/model/policy';

/** What the console asks for and the server answers: types only, so that neither side pulls in the other's code. */

/**
 * `GET /api/v1/map?expand=<id>,<id>[&compliance=draft|observed&policy=<id>]`; an empty view and nulls before the first
 * analysis.
 */
export interface MapAnswer {
  readonly view: MapView;
  readonly window: Window | null;
  /** The topology's id. */
  readonly topology: string | null;
  /** Of compliance, how much of the traffic is what. */
  readonly words?: string;
}

/** `GET /api/v1/groups`, or problem 404 `no-topology`. */
export type GroupsAnswer = Topology;

/** `GET /api/v1/groups/decisions`, the oldest first. */
export type DecisionsAnswer = readonly DecisionAnswer[];

export interface DecisionAnswer extends GroupDecision {
  /** Who decided what, and when. */
  readonly text: string;
}

/** `GET /api/v1/groups/runs`, the newest first. */
export type RunsAnswer = readonly { readonly id: string; readonly created: string }[];

/** `GET /api/v1/groups/diff?from=<run>&to=<run>`, or problem 404 `no-topology`. */
export type DiffAnswer = TopologyDiff;

/** Body of `POST /api/v1/groups/decisions`. */
export interface DecisionBody {
  readonly wish: GroupWish;
  readonly by: string;
  readonly reason: string;
}

/** `GET /api/v1/recommendations/latest`, or problem 404 `no-recommendation`. */
export type RecommendationAnswer = Policy;

interface Volume {
  /** Distinct client, server and service. */
  readonly tuples: number;
  readonly connections: number;
  readonly packets: number;
}

/** `GET /api/v1/recommendations/latest/replay`: the policy over traffic it was not made from, or problem 404. */
export interface ReplayAnswer {
  readonly window: Window;
  readonly legitimate: Volume;
  readonly denied: Volume & {
    /** 0 to 1, of the legitimate. */
    readonly shareOfConnections: number;
    readonly shareOfPackets: number;
  };
  /** Pairs of workload and listening service: those the policy leaves open, of all there are; share 0 to 1. */
  readonly surface: { readonly open: number; readonly possible: number; readonly share: number };
  readonly deniedExamples: readonly { readonly words: string; readonly connections: number; readonly why: string }[];
}

/** `GET /api/v1/policies`, by name. */
export type PoliciesAnswer = readonly PolicySummary[];

/** `GET /api/v1/policies/<id>` */
export interface PolicySummary {
  readonly id: string;
  readonly name: string;
  readonly owner: string | null;
  /** Of the last event: what an action expects. */
  readonly version: number;
  /** The newest revision. */
  readonly head: number;
  /** The revision that is staged or enforced; null while none is. */
  readonly active: number | null;
  readonly comments: readonly Comment[];
  readonly overrides: readonly Override[];
}

/** `GET /api/v1/policies/<id>/revisions/<number, or latest>` */
export interface RevisionAnswer extends Omit<Revision, 'policy'> {
  /** Its rules and closings, as far as each has come. */
  readonly units: readonly UnitAnswer[];
}

export type UnitAnswer = Pick<UnitState, 'stage' | 'reviewers' | 'approvers'> &
  (
    | { readonly kind: 'rule'; /** Its id. */ readonly rule: string }
    | { readonly kind: 'closing'; readonly group: string; readonly direction: Side; readonly closing: Closing }
  );

/** `GET /api/v1/policies/<id>/history`, the oldest first. */
export type HistoryAnswer = readonly { readonly number: number; /** When who did what. */ readonly text: string }[];

/** `GET /api/v1/policies/<id>/diff?from=<number>&to=<number>` */
export interface RevisionDiffAnswer {
  readonly changes: readonly { readonly text: string }[];
  /** What only one of them lets through, exactly. */
  readonly opened: readonly string[];
  readonly closed: readonly string[];
}

/** Body of `POST /api/v1/policies/<id>/actions`. */
export type ActionBody = Action & {
  readonly by: string;
  readonly reason: string;
  /** `PolicySummary.version` that was looked at. */
  readonly expected: number;
};

/** Body of `POST /api/v1/policies`: the first revision is what was recommended. */
export interface TakeOverBody {
  /** Id of the recommendation. */
  readonly recommendation: string;
  readonly name: string;
  readonly by: string;
  readonly reason: string;
}

/** Body of `POST /api/v1/rule-decisions`: what the next recommendation is to hold to. */
export type RuleDecisionBody = { readonly policy: string; readonly by: string; readonly reason: string } & (
  | { readonly kind: 'accept'; /** Ids of refused uses. */ readonly refused: readonly string[] }
  | { readonly kind: 'reject'; /** Id. */ readonly rule: string }
);

/** Body of `POST /api/v1/policies/<id>/rollback`. */
export interface RollBackBody {
  /** Number of the revision. */
  readonly to: number;
  readonly by: string;
  readonly reason: string;
  readonly expected: number;
}

/** `GET /api/v1/recommendations/latest/proof`: the out-of-sample gate and what it expects, or problem 404. */
export interface ProofAnswer {
  /** `unproven`: too few days to claim anything. */
  readonly verdict: 'passed' | 'failed' | 'unproven';
  readonly words: string;
  readonly checks: readonly { readonly words: string; readonly within: boolean }[];
  /** "enforcing today, expect 0.3 % of next week's connections to be new". */
  readonly forecast: { readonly words: string };
  /** What limits the claim. */
  readonly reservations: readonly string[];
}

/** `GET /api/v1/recommendations/latest/curve`, or problem 404. */
export interface CurveAnswer {
  /** From as many rules as there are to as few as there can be. */
  readonly points: readonly CurvePoint[];
  /** The point to choose where nothing else decides. */
  readonly knee: CurvePoint;
}

export interface CurvePoint {
  readonly rules: number;
  /** 0 to 1: of what an estate without policy has open, what stays open. */
  readonly surface: number;
  /** 0 to 1: of the connections of days the rules were not made from, those denied; null where it was not measured. */
  readonly denied: number | null;
  /** What the dearest merge since the point before opened; empty where none opened anything. */
  readonly words: string;
}

/** `GET /api/v1/recommendations/latest/reach`: how far an intruder gets, or problem 404. */
export interface ReachAnswer {
  readonly words: readonly string[];
  readonly jewels: readonly {
    readonly id: string;
    readonly name: string;
    /** Managed workloads from which it can be reached, in any number of hops. */
    readonly before: number;
    readonly after: number;
    /** The shortest path that is left: "web-1 → app-1 on 8443/tcp → db-1 on 5432/tcp"; null where there is none. */
    readonly path: string | null;
  }[];
}

/** `GET /api/v1/policies/<id>/drift`, of a stored policy or a recommendation, or problem 404 before the first comparison. */
export type DriftAnswer = DriftReport;

/** `GET /api/v1/threats`: the worst first. */
export type ThreatsAnswer = readonly ThreatAnswer[];

export type ThreatState = 'open' | 'acknowledged' | 'dismissed' | 'resolved';

export interface ThreatAnswer {
  readonly id: string;
  readonly state: ThreatState;
  /** Who said so last; null while nobody said anything. */
  readonly said: { readonly by: string; readonly reason: string; readonly at: number } | null;
  readonly words: string;
  readonly severity: 'low' | 'medium' | 'high';
  readonly severityReason: string;
  /** 0 to 1. */
  readonly confidence: number;
  readonly confidenceReason: string;
  readonly evidence: readonly string[];
  readonly filter: string;
  readonly seen: Window;
  readonly technique: { readonly id: string; readonly name: string } | null;
  readonly response: string;
  readonly workloads: readonly {
    readonly workload: string;
    readonly name: string;
    readonly part: 'source' | 'target';
    readonly managed: boolean;
  }[];
}

interface JobSummary {
  readonly id: string;
  /** "upload", "analysis", "recommendation", "replay", "proof". */
  readonly kind: string;
  readonly state: 'running' | 'done' | 'failed';
  /** 0 to 1. */
  readonly progress: number;
  /** What it is doing. */
  readonly step: string;
}

/** What stands between senders and the store; times are ISO 8601. */
export interface PipelineSummary {
  /** Senders are pushed back. */
  readonly full: { readonly cause: 'bytes' | 'age' | 'disk'; readonly reason: string } | null;
  /** What was taken stays in the spool. */
  readonly trouble: { readonly reason: string; readonly since: string } | null;
  /** Bytes that wait. */
  readonly backlog: number;
  /** When what waits longest was written. */
  readonly oldest: string | null;
  /** Whether the sockets are open. */
  readonly receiving: boolean;
}

/** `GET /api/v1/status` */
export interface StatusAnswer {
  /** Null while the store is away. */
  readonly flows: number | null;
  readonly uploads: number | null;
  readonly exporters: number;
  readonly pipeline: PipelineSummary;
  readonly jobs: readonly JobSummary[];
}

/** `GET /api/v1/exporters`: the last day. */
export type ExportersAnswer = readonly ExporterQuality[];

/** RFC 9457, `application/problem+json`. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
}
