export { ADDRESS, FLAG, numberKind, TEXT, TIME, type Kind } from './kinds';
export { compileFilter, EVERYTHING, type Condition } from './compile';
export { complete, type ValueLookup } from './complete';
export { type ColumnField, type End, type FieldTable } from './field';
export { comparisonsOf, conjunction, type Filter } from './filter';
export { FilterError, pointAt } from './filter-error';
export { askOwners, type OwnedAddress, type OwnerQuestion, type Owners } from './owners';
export { parseFilter } from './parse';
export { quote } from './tokens';
