export { replay, type Replay } from './replay';
