import { formatPrefix, parsePrefix, type Prefix } from '../../../../ingest/kernel/ip';
import { messageOf, WayleaveError } from '../../../../ingest/kernel/errors';
import type {
  InventoryReject,
  InventorySource,
  NamedNetwork,
  Snapshot,
  SourceDocument,
  SourceOptions,
} from '../../source';
import { parseMoment } from '../moment';
import { nothingUnderstood } from '../nothing-understood';
import { aggregated } from './aggregate';
import { AWS, AZURE, GOOGLE, ORACLE } from './clouds';
import { PLAIN_LIST } from './plain-list';
import type { PublishedRange, Publisher } from './published';
import { ATLASSIAN, CLOUDFLARE, DATADOG, FASTLY, GITHUB, MICROSOFT_365, OKTA } from './services';

const PUBLISHERS: readonly Publisher[] = [
  AWS,
  AZURE,
  GOOGLE,
  ORACLE,
  CLOUDFLARE,
  FASTLY,
  GITHUB,
  OKTA,
  DATADOG,
  ATLASSIAN,
  MICROSOFT_365,
  PLAIN_LIST,
];

interface Range {
  readonly prefix: Prefix;
  readonly name: string;
  readonly published: PublishedRange;
}

/** Networks of providers, as they publish them. */
export const cloudRanges: InventorySource = {
  kind: 'cloud-ranges',
  description:
    'Published networks: AWS ip-ranges.json, Azure ServiceTags_Public_*.json, Google cloud.json, Oracle, Cloudflare, Fastly, GitHub, Okta, Atlassian, Datadog, Microsoft 365; or any list of prefixes',
  recognise: (document) => publisherOf(document) !== undefined,
  read,
};

function publisherOf(document: SourceDocument): Publisher | undefined {
  return PUBLISHERS.find((each) => each.recognise(contentOf(document)));
}

function contentOf({ json, text }: SourceDocument): unknown {
  return json ?? text;
}

function read(documents: readonly SourceDocument[], options: SourceOptions): Snapshot {
  const rejects: InventoryReject[] = [];
  const byPrefix = new Map<string, Range>();
  const moments: number[] = [];
  for (const document of documents) {
    const publisher = publisherOf(document);
    const name = documents.length > 1 ? `${document.name}, ` : '';
    if (publisher === undefined) {
      rejects.push({ where: document.name, message: 'not a list of networks in a form that is known' });
      continue;
    }
    const content = contentOf(document);
    moments.push(parseMoment(publisher.publishedAt?.(content) ?? '') ?? 0);
    for (const published of publisher.read(content, document.name)) {
      const range = rangeOf(published, (message) => rejects.push({ where: name + published.where, message }));
      if (range === undefined) continue;
      const key = `${range.prefix.base}/${range.prefix.length}`;
      const other = byPrefix.get(key);
      if (other === undefined || isNearer(range, other)) byPrefix.set(key, range);
    }
  }
  const networks = aggregated([...byPrefix.values()]).map((range) => networkOf(range, options.scope ?? ''));
  nothingUnderstood('cloud-ranges', networks.length, rejects);
  const asOf = Math.max(0, ...moments);
  return { claims: [], networks, logOns: [], rejects, complete: true, ...(asOf > 0 && { asOf }) };
}

function rangeOf(published: PublishedRange, reject: (message: string) => void): Range | undefined {
  const { prefix, provider, service, region } = published;
  const name = [provider, service, region].filter((part) => part !== '').join(' ');
  try {
    if (typeof prefix !== 'string') throw new WayleaveError('no prefix', { code: 'bad-prefix' });
    return { prefix: parsePrefix(prefix), name, published };
  } catch (error) {
    reject(messageOf(error));
    return undefined;
  }
}

/** Of two names for one prefix the narrower one; of equals always the same one, whatever their order. */
function isNearer(range: Range, other: Range): boolean {
  const difference = range.published.breadth - other.published.breadth;
  return difference < 0 || (difference === 0 && range.name < other.name);
}

function networkOf({ prefix, name, published }: Range, scope: string): NamedNetwork {
  const { provider, service, region } = published;
  const labels = { provider, ...(service !== '' && { service }), ...(region !== '' && { region }) };
  return { prefix: formatPrefix(prefix), scope, name, labels };
}
