/** One end to the other as packets had it at one place, hashed. */
function tuple(src: string, srcPort: string, dst: string, dstPort: string): string {
  return `cityHash64(f.scope, f.protocol, ${src}, ${srcPort}, ${dst}, ${dstPort})`;
}

/** Of a flow `f`: its tuple as it was reported. */
export const TUPLE_SQL = tuple('f.src', 'f.src_port', 'f.dst', 'f.dst_port');

/**
 * Every tuple that a translating device told of, with the ends that are really meant: of either direction, the sender
 * before and the receiver after translation. What was in front of the device and what was behind it lead to the same
 * ends, so that other exporters' view of either side joins the same session. Devices tell at the end of a connection,
 * which may be an hour later than its first packets.
 *
 * Columns: `tuple`, `src`, `src_port`, `dst`, `dst_port`, `names` (what the ends were called beside).
 */
export const TRANSLATIONS_SQL = `
SELECT tuple_1 AS tuple, 1 AS found, any(ends.1) AS src, any(ends.2) AS src_port, any(ends.3) AS dst, any(ends.4) AS dst_port,
  groupUniqArrayArray(8)(names_1) AS names
FROM (
  SELECT pair.1 AS tuple_1, pair.2 AS ends, names_1
  FROM (
    SELECT f.scope AS scope, f.protocol AS protocol, f.src AS src, f.src_port AS src_port, f.dst AS dst, f.dst_port AS dst_port,
      if(f.post_src = toIPv6('::'), f.src, f.post_src) AS outer_src,
      if(f.post_src_port = 0, f.src_port, f.post_src_port) AS outer_src_port,
      if(f.post_dst = toIPv6('::'), f.dst, f.post_dst) AS true_dst,
      if(f.post_dst_port = 0, f.dst_port, f.post_dst_port) AS true_dst_port,
      arrayFilter(name -> name != f.src AND name != true_dst, [outer_src, f.dst]) AS names_1,
      (f.src, f.src_port, true_dst, true_dst_port) AS there,
      (true_dst, true_dst_port, f.src, f.src_port) AS back
    FROM rated_flows AS f
    WHERE toStartOfHour(f.start) IN (
        SELECT arrayJoin([h - 3600, h, h + 3600]) FROM (SELECT arrayJoin({hours:Array(DateTime)}) AS h))
      AND (f.post_src != toIPv6('::') OR f.post_dst != toIPv6('::'))
  ) AS f
  ARRAY JOIN [
    (${tuple('f.src', 'f.src_port', 'f.dst', 'f.dst_port')}, there),
    (${tuple('f.dst', 'f.dst_port', 'f.src', 'f.src_port')}, back),
    (${tuple('outer_src', 'outer_src_port', 'true_dst', 'true_dst_port')}, there),
    (${tuple('true_dst', 'true_dst_port', 'outer_src', 'outer_src_port')}, back)
  ] AS pair
)
GROUP BY tuple_1`;
