export { ADDRESS } from './address';
export { FLAG } from './flag';
export { anyOf, type Binder, type Kind, type Operator } from './kind';
export { numberKind } from './number';
export { TEXT } from './text';
export { TIME } from './time';
