import { extractJson, texts } from '../lines/json';

/** ASCII unit separator: what parts a tuple from its context. A context that holds one makes a bad tuple, no more. */
export const SEPARATOR = '\\x1f';

const NSG = {
  record: extractJson('line', {
    ...texts('resourceId'),
    properties: { flows: 'Array(Tuple(rule String, flows Array(Tuple(mac String, flowTuples Array(String)))))' },
  }),
  flows: 'record.properties.flows',
  groups: 'flow.flows',
  context: [`'nsg'`, 'flow.rule', 'inner.mac', `''`, 'record.resourceId'],
};

const VNET = {
  record: extractJson('line', {
    ...texts('macAddress', 'targetResourceID'),
    flowRecords: {
      flows: 'Array(Tuple(aclID String, flowGroups Array(Tuple(rule String, flowTuples Array(String)))))',
    },
  }),
  flows: 'record.flowRecords.flows',
  groups: 'flow.flowGroups',
  context: [`'vnet'`, 'inner.rule', 'record.macAddress', 'flow.aclID', 'record.targetResourceID'],
};

function tuplesOf({ record, flows, groups, context }: typeof NSG): string {
  const parts = [...context, 'entry'].join(`, '${SEPARATOR}', `);
  return `arrayFlatten(arrayMap(record -> arrayMap(flow -> arrayMap(inner ->
    arrayMap(entry -> concat(${parts}), inner.flowTuples), ${groups}), ${flows}), [${record}]))`;
}

/**
 * SQL over a record of either log: each of its tuples behind kind, rule, MAC address, access control list and resource;
 * the record itself when it has none.
 */
export const UNFOLD = `arrayMap(tuples -> if(empty(tuples), [line], tuples),
  [if(position(line, '"flowRecords"') > 0, ${tuplesOf(VNET)}, ${tuplesOf(NSG)})])[1]`;
