import type { Closing, Rule } from '../model/policy';
import type { Side } from '../model/closing';

/** What a person says of a rule; the rest follows. */
export type RuleWords = Pick<Rule, 'action' | 'sources' | 'destinations' | 'services'> &
  Partial<Pick<Rule, 'words' | 'log' | 'alertOnly' | 'lease' | 'context'>>;

/** A change by hand. */
export type Edit =
  /** Before another rule, or at the end of the section. */
  | { readonly kind: 'add'; readonly section: string; readonly rule: RuleWords; readonly before?: string }
  | { readonly kind: 'remove'; readonly rule: string }
  | { readonly kind: 'replace'; readonly rule: string; readonly with: RuleWords }
  | { readonly kind: 'move'; readonly rule: string; readonly section: string; readonly before?: string }
  | { readonly kind: 'rename'; readonly name: string; readonly section?: string }
  | {
      readonly kind: 'addresses';
      readonly group: string;
      readonly add: readonly string[];
      readonly remove: readonly string[];
    }
  | { readonly kind: 'closure'; readonly group: string; readonly direction: Side; readonly closing: Closing };
