import type { ListedConversation } from '../list';
import type { Finder, Finding } from './finding';
import { between, counted, listed } from './wording';

/** Whether it was answered. */
export const outcome: Finder = ({ conversation }) => {
  const { connections, established, refused, unanswered, halfOpen, denied } = conversation;
  const parts = [
    [established, 'established'],
    [refused, 'refused'],
    [unanswered, 'never answered'],
    [halfOpen, 'half-open'],
    [denied, 'denied on the way'],
  ] as const;
  const said = parts.flatMap(([number, word]) => (number > 0 ? [`${number.toLocaleString('en-US')} ${word}`] : []));
  const verdict = established === 0 ? '; it was never used, so no rule comes of it' : '';
  return [
    {
      topic: 'outcome',
      text: `of ${counted(connections, 'connection')}, ${said.length > 0 ? listed(said) : 'none is known to be answered'}${verdict}`,
      evidence: { connections, established, refused, unanswered, halfOpen, denied },
    },
  ];
};

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

/** When, and how much. */
export const times: Finder = ({ conversation }) => {
  const { firstSeen, lastSeen, hours, days, weekdays, clientBytes, serverBytes } = conversation;
  const busy = WEEKDAYS.filter((_, at) => (weekdays[at] ?? 0) > 0);
  const pattern = busy.length === 7 ? 'every day of the week' : `on ${listed(busy, 7)}`;
  return [
    {
      topic: 'times',
      text: `seen ${between(firstSeen, lastSeen)}, in ${counted(hours, 'hour')} of ${counted(days, 'day')}, ${pattern}; ${counted(clientBytes, 'byte')} from the client, ${counted(serverBytes, 'byte')} from the server`,
      evidence: { firstSeen, lastSeen, hours, days, weekdays },
    },
  ];
};

/** Who saw it, and why it still counts once. */
export const reporters: Finder = ({ conversation: { reporters, points, sampling } }) => {
  // What comes as a file may name no exporter.
  const known = reporters.filter((address) => address !== '::');
  const who = known.length > 0 ? `${counted(known.length, 'exporter')} (${listed(known)})` : 'a source without address';
  const where = points.length > 0 ? `, at ${listed(points)}` : '';
  const once = reporters.length > 1 ? ': counted once, by the most complete of them' : '';
  const sampled =
    sampling > 1 ? `; one packet in ${sampling.toLocaleString('en-US')} was looked at, counts are scaled` : '';
  return [
    {
      topic: 'reporters',
      text: `seen by ${who}${where}${once}${sampled}`,
      evidence: { reporters, points, sampling },
    },
  ];
};

/** What its ends were called on the other side of a translation. */
export const translation: Finder = ({ conversation: { via } }) =>
  via.length === 0
    ? []
    : [
        {
          topic: 'translation',
          text: `beyond address translation it was seen as ${listed(via)}, and counts once`,
          evidence: via,
        },
      ];

const MENTIONS: readonly (readonly [key: keyof ListedConversation, words: string])[] = [
  ['l7', 'recognised as'],
  ['fqdns', 'asked for by the name of'],
  ['tlsVersions', 'encrypted with'],
  ['users', 'attributed to the user'],
  ['processes', 'attributed to the process'],
  ['alerts', 'alerted on as'],
  ['rules', 'judged by the firewall rule'],
];

/** What sources said of it beside counting. */
export const mentions: Finder = ({ conversation }) =>
  MENTIONS.flatMap(([key, words]): Finding[] => {
    const values = conversation[key];
    return Array.isArray(values) && values.length > 0
      ? [{ topic: 'mentions', text: `${words} ${listed(values)}`, evidence: { [key]: values } }]
      : [];
  });
