/**
 * Flow records that fill columns, or are known not to, enterprise 0 (sflow.org/developers/structures.php). All others,
 * and those of other enterprises, are passed over by their length.
 */
export const RECORD = {
  header: 1,
  ipv4: 3,
  ipv6: 4,
  switch: 1001,
  router: 1002,
  gateway: 1003,
  user: 1004,
  url: 1005,
  nat: 1007,
  natPort: 1020,
  egressVni: 1029,
  ingressVni: 1030,
  acl: 1037,
  httpRequest: 2206,
} as const;

/** Above it a VLAN id is reserved (IEEE 802.1Q clause 9.6), or not known. */
export const MOST_VLAN = 4094;
