import { field, list, word, type Publisher } from './published';

/** https://ip-ranges.amazonaws.com/ip-ranges.json. AMAZON is all of it, EC2 what customers run. */
export const AWS: Publisher = {
  recognise: (content) =>
    [...list(field(content, 'prefixes')), ...list(field(content, 'ipv6_prefixes'))]
      .slice(0, 1)
      .some((entry) => word(field(entry, 'ip_prefix')) + word(field(entry, 'ipv6_prefix')) !== ''),
  read: (content) =>
    [
      ['prefixes', 'ip_prefix'],
      ['ipv6_prefixes', 'ipv6_prefix'],
    ].flatMap(([key = '', prefix = '']) =>
      list(field(content, key)).map((entry, index) => {
        const service = word(field(entry, 'service'));
        const region = word(field(entry, 'region'));
        return {
          where: `${key}[${index}]`,
          prefix: field(entry, prefix),
          provider: 'aws',
          service,
          region: region === 'GLOBAL' ? '' : region,
          breadth: service === 'AMAZON' ? 2 : service === 'EC2' ? 1 : 0,
        };
      }),
    ),
  // `2024-03-01-20-15-09`.
  publishedAt: (content) =>
    word(field(content, 'createDate')).replace(/^(\d{4}-\d{2}-\d{2})-(\d{2})-(\d{2})-(\d{2})$/, '$1T$2:$3:$4Z'),
};

/**
 * ServiceTags_Public_*.json, and `az network list-service-tags`. A tag is listed for all regions and for each, and
 * AzureCloud holds all of the others, so that most prefixes are in the file four times.
 */
export const AZURE: Publisher = {
  recognise: (content) =>
    list(field(content, 'values'))
      .slice(0, 1)
      .some((tag) => field(tagOf(tag), 'addressPrefixes')),
  read: (content) =>
    list(field(content, 'values')).flatMap((tag, index) => {
      const properties = tagOf(tag);
      const [service = ''] = word(field(tag, 'name')).split('.');
      const region = word(field(properties, 'region'));
      const breadth = (service === 'AzureCloud' ? 2 : 0) + (region === '' ? 1 : 0);
      return list(field(properties, 'addressPrefixes')).map((prefix, inner) => ({
        where: `values[${index}].properties.addressPrefixes[${inner}]`,
        prefix,
        provider: 'azure',
        service,
        region,
        breadth,
      }));
    }),
};

function tagOf(tag: unknown): unknown {
  return field(tag, 'properties') ?? tag;
}

/**
 * https://www.gstatic.com/ipranges/cloud.json and goog.json. Others publish in this form too; they go by the name of
 * the file.
 */
export const GOOGLE: Publisher = {
  recognise: (content) =>
    list(field(content, 'prefixes'))
      .slice(0, 1)
      .some((entry) => word(field(entry, 'ipv4Prefix')) + word(field(entry, 'ipv6Prefix')) !== ''),
  read: (content, documentName) =>
    list(field(content, 'prefixes')).map((entry, index) => {
      const isCloud = word(field(entry, 'service')) === 'Google Cloud';
      const region = word(field(entry, 'scope'));
      return {
        where: `prefixes[${index}]`,
        prefix: field(entry, 'ipv4Prefix') ?? field(entry, 'ipv6Prefix'),
        provider: isCloud ? 'gcp' : /^goog\b/i.test(documentName) ? 'google' : stemOf(documentName),
        service: isCloud ? '' : word(field(entry, 'service')),
        region: region === 'global' ? '' : region,
        breadth: 0,
      };
    }),
  publishedAt: (content) => word(field(content, 'creationTime')),
};

/** https://docs.oracle.com/en-us/iaas/tools/public_ip_ranges.json. */
export const ORACLE: Publisher = {
  recognise: (content) =>
    list(field(content, 'regions'))
      .slice(0, 1)
      .some((region) => Array.isArray(field(region, 'cidrs'))),
  read: (content) =>
    list(field(content, 'regions')).flatMap((region, index) =>
      list(field(region, 'cidrs')).map((entry, inner) => ({
        where: `regions[${index}].cidrs[${inner}]`,
        prefix: field(entry, 'cidr'),
        provider: 'oracle',
        service: list(field(entry, 'tags')).map(word).join('+'),
        region: word(field(region, 'region')),
        breadth: 0,
      })),
    ),
  publishedAt: (content) => word(field(content, 'last_updated_timestamp')),
};

/** `partner.txt` is `partner`. */
export function stemOf(documentName: string): string {
  return /([^/\\]+?)(?:\.\w{1,5})?$/.exec(documentName)?.[1] ?? documentName;
}
