import type { FieldTable } from '../field';
import { ADDRESS, FLAG, numberKind, TEXT, TIME } from '../kinds';

const end = { address: 'client', scope: 'scope', at: '0' };

/** One field of every kind. */
export const FIELDS: FieldTable = {
  subject: 'things',
  fields: [
    { name: 'client', meaning: 'who asks', kind: ADDRESS, columns: ['client'], ends: [end] },
    { name: 'host', meaning: 'either end', kind: ADDRESS, columns: ['client', 'server'] },
    { name: 'port', meaning: 'of the server', kind: numberKind({ type: 'UInt16', most: 65_535 }), columns: ['port'] },
    {
      name: 'protocol',
      meaning: 'over IP',
      kind: numberKind({ type: 'UInt8', most: 255, names: { tcp: 6, udp: 17 } }),
      columns: ['protocol'],
    },
    {
      name: 'bytes',
      meaning: 'sent',
      kind: numberKind({ type: 'UInt64', most: Number.MAX_SAFE_INTEGER, suffixes: true, counts: true }),
      columns: ['bytes'],
    },
    { name: 'established', meaning: 'answered', kind: FLAG, columns: ['established > 0'] },
    { name: 'l7', meaning: 'application', kind: TEXT, columns: ['l7'], list: true },
    { name: 'seen', meaning: 'when', kind: TIME, columns: ['seen'] },
  ],
  aliases: { address: 'host' },
  hints: { direction: 'nobody decided it' },
};
