import { protocolName } from '../../ingest/kernel/port';
import { quote } from '../../ingest/query';

interface Named {
  readonly scope?: string;
  readonly client?: string;
  readonly server?: string;
  readonly protocol?: number;
  readonly port?: number;
}

/** In the filter language of conversations and flows. */
export function filterText({ scope = '', client, server, protocol, port }: Named, ...more: string[]): string {
  return [
    ...(scope === '' ? [] : [`scope ${quote(scope)}`]),
    ...(client === undefined ? [] : [`client ${client}`]),
    ...(server === undefined ? [] : [`server ${server}`]),
    ...(protocol === undefined ? [] : [`protocol ${protocolName(protocol).replace(/^protocol /, '')}`]),
    ...(port === undefined ? [] : [`port ${port}`]),
    ...more,
  ].join(' and ');
}

/** As many as a filter holds with room to spare. */
const MOST_LISTED = 50;

/** `server in (10.0.0.1, 10.0.0.2)`; the first ones only where there are many. */
export function oneOf(field: string, values: readonly (string | number)[]): string {
  const listed = values.slice(0, MOST_LISTED);
  return listed.length === 1 ? `${field} ${listed[0]}` : `${field} in (${listed.join(', ')})`;
}
