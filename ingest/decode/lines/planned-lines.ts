import type { EnginePlan } from '../format';

/**
 * The table expression that the expressions of a plan are over, given one that has the file's lines as `line String`.
 * `where`, over `line` alone, is applied before anything is taken apart.
 */
export function plannedLines(
  { unfold, stages = [] }: Pick<EnginePlan, 'unfold' | 'stages'>,
  lines: string,
  where?: string,
): string {
  const unfolded = unfold === undefined ? lines : `(SELECT * REPLACE (arrayJoin(${unfold}) AS line) FROM ${lines})`;
  const wanted = where === undefined ? unfolded : `(SELECT * FROM ${unfolded} WHERE ${where})`;
  return stages.reduce((source, stage) => `(SELECT *, ${stage} FROM ${source})`, wanted);
}
