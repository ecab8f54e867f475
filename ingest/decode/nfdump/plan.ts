import { PROTOCOL } from '../../kernel/port';
import { VERDICT, type FlowColumnName } from '../../model/flow';
import type { EnginePlan } from '../format';
import { planLines, type Field } from '../lines/plan';
import { READINGS, type Reading } from '../lines/reading';
import type { RecordShape } from '../lines/record';
import { bind, firstGiven } from '../lines/sql';
import { ICMP_FIELDS, NFDUMP_FIELDS } from './fields';

/** CSV can have times as epoch seconds too (`%tsr`). */
const TIME: Reading = {
  ...READINGS.date,
  what: 'a time such as 2024-03-01 10:00:00.123, or in epoch seconds',
  parse: (text) => `coalesce(${READINGS.date.parse(text)}, ${READINGS.seconds.parse(text)})`,
};
/** In place of a port, CSV has `8.0` for an echo request; nfdump also prints the two as one number. */
const PORT_OR_ICMP: Reading = {
  ...READINGS.port,
  what: 'a port, or type and code of ICMP',
  parse: (text) => `if(match(${text}, '^\\\\d{1,3}\\\\.\\\\d{1,3}$'),
    toNullable(toUInt8OrZero(splitByChar('.', ${text})[1]) * 256 + toUInt8OrZero(splitByChar('.', ${text})[2])),
    toUInt16OrNull(${text}))`,
};
const SPECIAL: Readonly<Partial<Record<FlowColumnName, Reading>>> = { start: TIME, end: TIME, dst_port: PORT_OR_ICMP };

/** A line of the summary that follows the flows of CSV, or an empty list of flows. */
const TAIL = `match(line, '^(Summary|flows,bytes,packets|\\\\d+,\\\\d+,\\\\d+,\\\\d+,\\\\d+,\\\\d+\\\\r?$|No matching flows)')`;

export function planRecords(shape: RecordShape): EnginePlan {
  const fields = Object.entries(NFDUMP_FIELDS).flatMap(([column, [reading, names]]): Field[] => {
    const given = names.flatMap((name) => shape.text([name]) ?? []);
    const [first, ...rest] = given;
    if (first === undefined) return [];
    const known = names.find((name) => shape.text([name]) !== undefined) ?? column;
    return [
      {
        column: column as FlowColumnName,
        name: known,
        text: firstGiven(first, ...rest),
        reading: SPECIAL[column as FlowColumnName] ?? READINGS[reading],
        required: ['src', 'dst', 'start'].includes(column),
      },
    ];
  });
  const has = (column: FlowColumnName): boolean => fields.some((field) => field.column === column);
  const [type, code] = ICMP_FIELDS.map((name) => shape.text([name]));
  const port = has('dst_port') ? 'ifNull(v_dst_port, 0)' : '0';
  const duration = shape.text(['duration']) ?? shape.text(['td']);
  const last = duration === undefined ? 'v_start' : `addMicroseconds(v_start, toInt64(${microseconds(duration)}))`;
  return planLines({
    ...shape,
    formed: `(${shape.formed} OR ${TAIL})`,
    passed: `${TAIL}${shape.passed === undefined ? '' : ` OR ${shape.passed}`}`,
    fields,
    columns: {
      format: `'nfdump'`,
      end: has('end') ? 'ifNull(v_end, assumeNotNull(v_start))' : `assumeNotNull(${last})`,
      ...(type === undefined || code === undefined
        ? {}
        : {
            dst_port: `if(ifNull(v_protocol, 0) IN (${PROTOCOL.icmp}, ${PROTOCOL.icmp6}) AND ${type} != '',
              toUInt8OrZero(${type}) * 256 + toUInt8OrZero(${code}), ${port})`,
          }),
      ...(has('firewall_event') ? { verdict: `if(v_firewall_event = 3, ${VERDICT.denied}, ${VERDICT.unsaid})` } : {}),
    },
  });
}

/** Of a duration in seconds; of what is none, or longer than a year, zero. */
function microseconds(duration: string): string {
  return bind(
    `toFloat64OrZero(${duration})`,
    (seconds) => `if(${seconds} > 0 AND ${seconds} < 366 * 86400, ${seconds} * 1e6, 0)`,
  );
}
