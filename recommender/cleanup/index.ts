export { superfluousRules, type Superfluous } from './superfluous';
