export { readFlows, type FlowFilter, type FlowRow } from './read-flows';
