export { PROTOCOL_NUMBERS, valueName } from './enumerations';
export { FLOW_FIELDS } from './fields';
export { findFlows, type FlowQuery } from './find-flows';
export { countFlows, readFlows, type FlowRow } from './read-flows';
export { flowValues, valuesOfColumn } from './values';
