import { field, list, prefixesUnder, word, type PublishedRange, type Publisher } from './published';

type Found = readonly { readonly where: string; readonly prefix: unknown }[];

function published(found: Found, provider: string, service = '', region = ''): PublishedRange[] {
  return found.map((each) => ({ ...each, provider, service, region, breadth: 0 }));
}

/** https://api.cloudflare.com/client/v4/ips. */
export const CLOUDFLARE: Publisher = {
  recognise: (content) => Array.isArray(field(field(content, 'result') ?? content, 'ipv4_cidrs')),
  read: (content) => {
    const result = field(content, 'result') ?? content;
    return published(prefixesUnder(result, ['ipv4_cidrs', 'ipv6_cidrs'], ''), 'cloudflare');
  },
};

/** https://api.fastly.com/public-ip-list. */
export const FASTLY: Publisher = {
  recognise: (content) => Array.isArray(field(content, 'addresses')) && Array.isArray(field(content, 'ipv6_addresses')),
  read: (content) => published(prefixesUnder(content, ['addresses', 'ipv6_addresses'], ''), 'fastly'),
};

/** https://api.github.com/meta: lists by what they are for, among lists of keys and names. */
export const GITHUB: Publisher = {
  recognise: (content) => ['hooks', 'web', 'git'].every((key) => Array.isArray(field(content, key))),
  read: (content) =>
    Object.keys(content ?? {})
      .filter((key) => !['ssh_keys', 'domains'].includes(key))
      .flatMap((key) => published(prefixesUnder(content, [key], ''), 'github', key)),
};

/** https://s3.amazonaws.com/okta-ip-ranges/ip_ranges.json: lists by cell. */
export const OKTA: Publisher = {
  recognise: (content) =>
    sections(content)
      .slice(0, 1)
      .some(([, cell]) => Array.isArray(field(cell, 'ip_ranges'))),
  read: (content) =>
    sections(content).flatMap(([name, cell]) =>
      published(prefixesUnder(cell, ['ip_ranges'], `${name}.`), 'okta', '', name),
    ),
};

/** https://ip-ranges.datadoghq.com: lists by what they are for. */
export const DATADOG: Publisher = {
  recognise: (content) => sections(content).some(([, part]) => Array.isArray(field(part, 'prefixes_ipv4'))),
  read: (content) =>
    sections(content).flatMap(([name, part]) =>
      published(prefixesUnder(part, ['prefixes_ipv4', 'prefixes_ipv6'], `${name}.`), 'datadog', name),
    ),
};

/** https://ip-ranges.atlassian.com. */
export const ATLASSIAN: Publisher = {
  recognise: (content) =>
    list(field(content, 'items'))
      .slice(0, 1)
      .some((item) => word(field(item, 'cidr')) !== '' && field(item, 'mask_len')),
  read: (content) =>
    list(field(content, 'items')).flatMap((item, index) => {
      const products = list(field(item, 'product')).map(word);
      const regions = list(field(item, 'region')).map(word);
      const found = [{ where: `items[${index}]`, prefix: field(item, 'cidr') }];
      // Most items are for all products; a name that lists them all says nothing.
      const only = (names: readonly string[]): string => (names.length === 1 ? (names[0] ?? '') : '');
      return published(found, 'atlassian', only(products), only(regions.filter((region) => region !== 'global')));
    }),
  publishedAt: (content) => word(field(content, 'creationDate')),
};

/** https://endpoints.office.com/endpoints/worldwide. */
export const MICROSOFT_365: Publisher = {
  recognise: (content) =>
    list(content)
      .slice(0, 1)
      .some((set) => word(field(set, 'serviceArea')) !== ''),
  read: (content) =>
    list(content).flatMap((set, index) =>
      published(prefixesUnder(set, ['ips'], `[${index}].`), 'microsoft-365', word(field(set, 'serviceArea'))),
    ),
};

function sections(content: unknown): [string, unknown][] {
  return typeof content === 'object' && content !== null && !Array.isArray(content) ? Object.entries(content) : [];
}
