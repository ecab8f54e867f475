import type { FieldSpec } from '../../decode/testing/datagrams';

/** The 20 fields of Cisco's classic NetFlow v9 record with masks, direction and VLAN: 56 bytes. */
export const CLASSIC: readonly FieldSpec[] = [
  [8, 4],
  [12, 4],
  [15, 4],
  [10, 4],
  [14, 4],
  [2, 4],
  [1, 4],
  [22, 4],
  [21, 4],
  [7, 2],
  [11, 2],
  [6, 1],
  [4, 1],
  [5, 1],
  [16, 4],
  [17, 4],
  [9, 1],
  [13, 1],
  [61, 1],
  [58, 2],
];
