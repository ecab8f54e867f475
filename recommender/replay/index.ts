export { groundOf, type Ground } from './ground';
export { replay, type Replay } from './replay';
