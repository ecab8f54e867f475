import { FLOW_COLUMNS, type ClickHouseType } from '../model/flow';

export interface DetailColumn {
  readonly name: string;
  readonly type: ClickHouseType;
  readonly meaning: string;
  readonly unit?: string;
}

const SCALED: readonly DetailColumn[] = FLOW_COLUMNS.filter(({ name }) =>
  /^(?:reverse_)?(?:packets|bytes)$/.test(name),
).map((column) => ({
  ...column,
  name: `scaled_${column.name}`,
  meaning: `${column.name}, scaled by the sampling rate`,
}));

const NAMED: readonly DetailColumn[] = ['input', 'output'].map((side) => ({
  name: `${side}_interface_name`,
  type: 'LowCardinality(String)',
  meaning: `what the exporter calls its ${side} interface`,
}));

/** Columns of `flow_details`: those of flows, with what is joined to them. */
export const DETAIL_COLUMNS: readonly DetailColumn[] = [...FLOW_COLUMNS, ...SCALED, ...NAMED];
