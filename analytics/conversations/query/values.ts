import { valuesOfColumn } from '../../../ingest/flows';
import { TEXT, type ValueLookup } from '../../../ingest/query';
import type { Store } from '../../../ingest/store';
import type { Identity } from './owners';

/** Values of the texts of conversations, and names and labels of workloads. */
export function conversationValues(store: Store, identity: Identity): ValueLookup {
  return async (field, beginning) => {
    if (field.kind !== TEXT) return [];
    if (!('columns' in field)) return identity.valuesOf(field.label, beginning);
    const [column = ''] = field.columns;
    return valuesOfColumn(store, { table: 'current_conversations', column, list: field.list ?? false }, beginning);
  };
}
