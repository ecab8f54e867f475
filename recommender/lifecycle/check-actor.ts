import { UNPRINTABLE } from '../../analytics/group/naming/legible';
import { WayleaveError } from '../../ingest/kernel/errors';
import type { Actor } from './model';

const LONGEST_BY = 200;
const LONGEST_REASON = 2000;

/** @throws WayleaveError `bad-policy` */
export function checkActor({ by, reason, expected }: Actor): Actor {
  return {
    by: checkLine('who does it', by, 1, LONGEST_BY),
    reason: checkLine('the reason', reason, 0, LONGEST_REASON),
    ...(expected === undefined ? {} : { expected }),
  };
}

/** Without the space around it. @throws WayleaveError `bad-policy` */
export function checkLine(what: string, written: string, least: number, most: number): string {
  const text = written.trim();
  if (UNPRINTABLE.test(text)) {
    throw new WayleaveError(`${what} has control or invisible characters; expected one line of text`, {
      code: 'bad-policy',
    });
  }
  if (text.length >= least && text.length <= most) return text;
  throw new WayleaveError(`${what} is a text of ${text.length} characters; expected ${least} to ${most}`, {
    code: 'bad-policy',
  });
}
