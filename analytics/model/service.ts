import type { PortRange } from '../../ingest/kernel/port';

/** What a server offers. Ports, ICMP and bare protocols are exact; `dynamic` is one service whose port wanders. */
export type Service =
  | { readonly kind: 'port'; readonly protocol: number; readonly port: number }
  | { readonly kind: 'icmp'; readonly protocol: number; readonly type: number; readonly code: number }
  | { readonly kind: 'protocol'; readonly protocol: number }
  | {
      readonly kind: 'dynamic';
      readonly protocol: number;
      /** The port clients ask first (135 for MS-RPC, 21 for FTP, 111 for portmap); null where none is known. */
      readonly control: number | null;
      /** What was observed, never a guess. */
      readonly observed: PortRange;
      /** What a rule is to admit where a person is asked for more than was observed: the system's whole dynamic range. */
      readonly admitted?: PortRange;
    };
