import type { FlowColumnName } from '../../model/flow';
import type { EnginePlan } from '../format';
import { quote } from './sql';
import type { Reading } from './reading';

/** One value of a line, and the column it fills. */
export interface Field {
  readonly column: FlowColumnName;
  /** What the source calls it, for messages. */
  readonly name: string;
  /** SQL of type String; '' where the line does not have it. */
  readonly text: string;
  readonly reading: Reading;
  /** A line without it is rejected. */
  readonly required?: boolean;
}

export interface LinePlan {
  readonly unfold?: string;
  readonly bindings: readonly (readonly [alias: string, expression: string])[];
  /** SQL: the line is well-formed enough to ask its fields. Otherwise it is rejected with `malformed`, SQL too. */
  readonly formed: string;
  readonly malformed: string;
  /** SQL, of well-formed lines: holds no flow by design. Blank lines never do. */
  readonly passed?: string;
  /** SQL, of well-formed lines: the source says that it lost something. */
  readonly lost?: string;
  readonly fields: readonly Field[];
  /** Beside or instead of the fields' own; may use `v_<column>`, null where it was not given, of any field. */
  readonly columns: Readonly<Partial<Record<FlowColumnName, string>>>;
  readonly sightings?: string;
}

const BLANK = `line IN ('', '\\r')`;

/** SQL for what a field of the plan holds: of the column's type, never null. */
function valueOf({ column, reading }: Pick<Field, 'column' | 'reading'>): string {
  return `ifNull(v_${column}, ${reading.absent})`;
}

/** A plan in which every line is tried against what its fields have to be, the first misfit being its reason. */
export function planLines(plan: LinePlan): EnginePlan {
  const { fields, bindings, passed = 'false', lost = 'false' } = plan;
  const checks = fields.map(({ column, name, reading, required }) => ({
    misfit: required ? `isNull(v_${column})` : `(x_${column} != '' AND isNull(v_${column}))`,
    reason: `concat(${quote(`${name} is not ${reading.what}: "`)}, left(x_${column}, 100), '"')`,
  }));
  const texts = fields.map(({ column, text }) => `${text} AS x_${column}`);
  const values = fields.map(({ column, reading }) => `${reading.parse(`x_${column}`)} AS v_${column}`);
  const problems = checks.map(({ misfit, reason }) => `${misfit}, ${reason}`);
  const columns: Partial<Record<FlowColumnName, string>> = {};
  for (const field of fields) columns[field.column] = valueOf(field);
  return {
    ...(plan.unfold === undefined ? {} : { unfold: plan.unfold }),
    stages: [
      ...bindings.map(([alias, expression]) => `${expression} AS ${alias}`),
      `(${plan.formed}) AS formed, ${texts.join(', ')}`,
      values.join(', '),
    ],
    with: `(formed AND (${passed})) AS passed, (formed AND NOT passed AND (${lost})) AS missed,
      multiIf(NOT formed, ${plan.malformed}, ${problems.join(', ')}, '') AS problem`,
    good: `(NOT (${BLANK}) AND NOT passed AND NOT missed AND problem = '')`,
    skipped: `(${BLANK} OR passed)`,
    lost: 'missed',
    reject: 'problem',
    plain: 'false',
    columns: { ...columns, ...plan.columns },
    ...(plan.sightings === undefined ? {} : { sightings: plan.sightings }),
  };
}
