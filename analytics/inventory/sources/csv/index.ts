import type { InventorySource } from '../../source';
import { readEach } from '../read-each';
import { chooseColumns } from './columns';
import { createRegister } from './register';
import { addRows } from './rows';
import { headerOf, readTable } from './table';

/** A register's export in columns: one row an address, or one row a workload with all its addresses in a cell. */
export const csv: InventorySource = {
  kind: 'csv',
  description: 'columns address, name, role, app, env, loc and others, or those of a register with a mapping',
  // A person who says where the addresses are is told by the reader if they are not there.
  recognise: ({ text, json }, { mapping } = {}) =>
    json === undefined && (mapping?.address !== undefined || chooseColumns(headerOf(text)) !== undefined),
  read(documents, options) {
    const register = createRegister();
    const rejects = readEach(documents, ({ text }, at) => addRows(readTable(text), options, register, at));
    const snapshot = register.snapshot();
    return { ...snapshot, rejects: [...rejects, ...snapshot.rejects] };
  },
};
