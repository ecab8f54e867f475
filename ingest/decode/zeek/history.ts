import { INITIATOR } from '../../model/flow';
import { allOf, anyOf, TCP_FLAG } from '../lines/values';

/**
 * What each letter of `history` says was on the wire, for the originator; those of the responder are in lower case.
 * Payload (D) travels with ACK, and with PSH where the sender's buffer ran empty, as it does at the end of a message.
 */
const FLAGS_OF_LETTER: Readonly<Record<string, number>> = {
  S: TCP_FLAG.syn,
  H: TCP_FLAG.syn | TCP_FLAG.ack,
  A: TCP_FLAG.ack,
  D: TCP_FLAG.psh | TCP_FLAG.ack,
  F: TCP_FLAG.fin,
  R: TCP_FLAG.rst,
};

/** UInt8: TCP flags of one side, from `history`. */
export function flagsSent(history: string, side: 'orig' | 'resp'): string {
  const flags = Object.entries(FLAGS_OF_LETTER).map(
    ([letter, flag]) => `(position(${history}, '${side === 'orig' ? letter : letter.toLowerCase()}') > 0) * ${flag}`,
  );
  return `toUInt8(${flags.reduce((all, flag) => `bitOr(${all}, ${flag})`)})`;
}

/**
 * Who opened a connection. Zeek calls the sender of the first packet it saw the originator, or, marked by `^`, the
 * receiver where the sender's port is one of well-known servers. A guess by port is no statement: other evidence decides
 * as well as Zeek can. A SYN or SYN-ACK tells, though, also where Zeek guessed. TCP without either was taken up in the
 * middle, when either side may have been the first to send.
 *
 * Sums and products, as conditions put off cost three times as much (see `allOf`).
 */
export function initiatorOf(history: string, state: string, isTcp: string): string {
  const has = (letters: string): string => allOf(isTcp, `match(${history}, '[${letters}]')`);
  const isMidstream = allOf(isTcp, anyOf(`${history} != ''`, `${state} = 'OTH'`));
  const isGuess = anyOf(`startsWith(${history}, '^')`, isMidstream, has('sH'));
  return `${anyOf(has('Sh'), `NOT ${isGuess}`)} * ${INITIATOR.src} + ${allOf(has('sH'), `NOT ${has('Sh')}`)} * ${INITIATOR.dst}`;
}
