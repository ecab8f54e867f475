import { INITIATOR, OBSERVED, VERDICT, type FlowColumnName } from '../../model/flow';
import type { EnginePlan } from '../format';
import { planLines, type Field } from '../lines/plan';
import { READINGS, type ReadingName } from '../lines/reading';
import { choose } from '../lines/sql';
import { SEPARATOR, UNFOLD } from './tuples';

/**
 * Tuples of both logs by name. NSG: `time,src,dst,sport,dport,T|U,I|O,A|D`, from version 2 on also the state and the
 * counters. VNet: `time,src,dst,sport,dport,number,I|O,state,encryption` and the counters. A connection's first tuple (B)
 * counts nothing, each later one (C, E) what came since the one before it.
 */
const NSG_FIELDS = 'time src dst sport dport protocol direction decision state'.split(' ');
const VNET_FIELDS = 'time src dst sport dport protocol direction state encryption'.split(' ');
const COUNTERS = ['sent_packets', 'sent_bytes', 'received_packets', 'received_bytes'];

/** IPFIX firewallEvent (element 233). */
const EVENTS = { B: 1, E: 2, D: 3, C: 5 } as const;

function of(fields: readonly string[], name: string): string {
  return `t[${[...fields, ...COUNTERS].indexOf(name) + 1}]`;
}

function named(name: string): string {
  const [nsg, vnet] = [of(NSG_FIELDS, name), of(VNET_FIELDS, name)];
  return nsg === vnet ? nsg : `if(vnet, ${vnet}, ${nsg})`;
}

function field(column: FlowColumnName, name: string, reading: ReadingName, required = false): Field {
  return { column, name, text: named(name), reading: READINGS[reading], required };
}

const isDenied = `if(vnet, state = 'D', ${of(NSG_FIELDS, 'decision')} = 'D')`;
const known = (value: string, ...values: readonly string[]): string =>
  `has([${values.map((one) => `'${one}'`).join(', ')}], ${value})`;

/** Records and, unfolded from them, tuples. */
export const PLAN: EnginePlan = planLines({
  unfold: UNFOLD,
  bindings: [
    ['p', `splitByString('${SEPARATOR}', line)`],
    ['isTuple', `length(p) = 6`],
    ['vnet', `p[1] = 'vnet'`],
    ['t', `splitByChar(',', p[6])`],
    ['state', named('state')],
    [
      'withoutFlows',
      `length(p) = 1 AND 'Array' IN (
      toString(JSONType(line, 'properties', 'flows')), toString(JSONType(line, 'flowRecords', 'flows')))`,
    ],
  ],
  formed: `withoutFlows OR isTuple AND length(t) IN (8, 13)
    AND NOT (vnet AND length(t) = 8)
    AND ${known(named('direction'), 'I', 'O')}
    AND (vnet OR ${known(of(NSG_FIELDS, 'decision'), 'A', 'D')})
    AND ${known('state', '', 'B', 'C', 'E', 'D')}`,
  malformed: `if(isTuple, concat('flow tuple of another form: "', left(p[6], 200), '"'),
    'the line is no record of a flow log: it has no properties.flows and no flowRecords.flows')`,
  passed: 'withoutFlows',
  fields: [
    field('src', 'src', 'address', true),
    field('dst', 'dst', 'address', true),
    field('src_port', 'sport', 'port'),
    field('dst_port', 'dport', 'port'),
    {
      ...field('protocol', 'protocol', 'protocol', true),
      reading: {
        ...READINGS.protocol,
        parse: (text) => `transform(${text}, ['T', 'U'], [6, 17], toUInt8OrNull(${text}))`,
      },
    },
    field('packets', 'sent_packets', 'count'),
    field('bytes', 'sent_bytes', 'count'),
    field('reverse_packets', 'received_packets', 'count'),
    field('reverse_bytes', 'received_bytes', 'count'),
    {
      ...field('start', 'time', 'seconds', true),
      reading: {
        ...READINGS.seconds,
        what: 'a time in epoch seconds, of a VNet flow log in milliseconds',
        parse: (text) => `if(vnet, ${READINGS.milliseconds.parse(text)}, ${READINGS.seconds.parse(text)})`,
      },
    },
  ],
  columns: {
    format: `'azure'`,
    end: 'assumeNotNull(v_start)',
    sampling_rate: '1',
    // Both logs are stateful: the source of a tuple is who opened the connection.
    initiator: String(INITIATOR.src),
    rule_id: 'p[2]',
    vif: 'p[3]',
    reporter: `if(p[4] = '', p[5], p[4])`,
    scope: `extract(if(vnet, p[5], ''), '(?i)^(.*/virtualNetworks/[^/]+)')`,
    verdict: `if(${isDenied}, ${VERDICT.denied}, ${VERDICT.allowed})`,
    firewall_event: `if(${isDenied}, ${EVENTS.D}, ${choose('state', EVENTS, 0)})`,
    observed: choose(named('direction'), { I: OBSERVED.ingress, O: OBSERVED.egress }, OBSERVED.unsaid),
  },
});
