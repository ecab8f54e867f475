export { readRuleset, type ImportedRuleset } from './read-ruleset';
