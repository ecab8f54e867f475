import type { GroupKind, Topology } from '../model/topology';

/**
 * Of what is proposed: `refused` was seen and is deliberately not. Of what a policy says: `denied` by it, `unprotected`
 * where nothing of it applies, `unknown` where nobody knows an end.
 */
export type LinkState = 'allowed' | 'refused' | 'denied' | 'unprotected' | 'unknown';

/** Who uses whom, between groups at their finest: tiers, shared services, scanners, external networks, unknown hosts. */
export interface MapLink {
  /** Group ids. */
  readonly from: string;
  readonly to: string;
  /** Services, comma separated: "8443/tcp, 53/udp". */
  readonly label: string;
  /** Ids of the rules that admit it, none when no rule does. */
  readonly rules: readonly string[];
  readonly connections: number;
  readonly state: LinkState;
}

export interface MapInput {
  readonly topology: Topology;
  readonly links: readonly MapLink[];
  /** Group ids of the applications to open. Ids that are none are ignored: they come from bookmarks. */
  readonly expanded: readonly string[];
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Lengths in CSS pixels, origin top left. A tier lies inside its application. */
export interface MapBox {
  readonly id: string;
  /** The application's id for a tier, otherwise null. */
  readonly parent: string | null;
  readonly kind: GroupKind;
  readonly label: string;
  /** "6 workloads", "3 tiers, 14 workloads". */
  readonly sublabel: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly collapsed: boolean;
}

export interface MapEdge {
  readonly id: string;
  /** Box ids. */
  readonly from: string;
  readonly to: string;
  readonly label: string;
  /** Centre of the label where it fits without covering anything, otherwise null. */
  readonly labelAt: Point | null;
  readonly rules: readonly string[];
  readonly connections: number;
  readonly state: LinkState;
  /** SVG path data, drawn from `from` to `to`. */
  readonly path: string;
}

export type RegionKind = 'outside' | 'applications' | 'shared';

export interface MapView {
  readonly width: number;
  readonly height: number;
  /** The columns by role, left to right, for headings. */
  readonly regions: readonly { readonly kind: RegionKind; readonly x: number; readonly width: number }[];
  /** Parents before their children. */
  readonly boxes: readonly MapBox[];
  readonly edges: readonly MapEdge[];
  /** What the limits of a readable map left out. */
  readonly hidden: { readonly boxes: number; readonly edges: number };
}
