/**
 * Second-level names under which countries let people register: the public suffixes that matter most, for a name of
 * somebody is then the third. The whole list (publicsuffix.org) changes weekly; what is missing here makes one domain
 * of several, which are then asked for by many clients and so excused.
 */
const SECOND_LEVEL = [
  'ac',
  'co',
  'com',
  'edu',
  'gob',
  'gov',
  'gouv',
  'ltd',
  'me',
  'mil',
  'ne',
  'net',
  'nom',
  'or',
  'org',
];

/**
 * Networks that serve the content of others, clouds and reputation services: their names are made by machines, and
 * everybody asks for them.
 */
const MACHINE_NAMED = [
  '1e100.net',
  'akadns.net',
  'akamai.net',
  'akamaiedge.net',
  'akamaihd.net',
  'akamaized.net',
  'amazonaws.com',
  'appspot.com',
  'azure.com',
  'azureedge.net',
  'azurewebsites.net',
  'cdn77.org',
  'cloudapp.net',
  'cloudflare.com',
  'cloudflare.net',
  'cloudfront.net',
  'edgekey.net',
  'edgesuite.net',
  'fastly.net',
  'fastlylb.net',
  'footprint.net',
  'googleapis.com',
  'googleusercontent.com',
  'googlevideo.com',
  'gvt1.com',
  'gvt2.com',
  'hwcdn.net',
  'impervadns.net',
  'incapdns.net',
  'llnwd.net',
  'mcafee.com',
  'nflxvideo.net',
  'sophosxl.net',
  'spamhaus.org',
  'spamhaus.net',
  'stackpathdns.com',
  'trafficmanager.net',
  'windows.net',
];

/** Not registered by anybody: reverse lookups, names of a link or a home, and what resolvers test themselves with. */
const NO_DOMAINS = ['arpa', 'local', 'localdomain', 'internal', 'invalid', 'test', 'home', 'lan'];

const listed = (texts: readonly string[]) => `(${texts.map((text) => `'${text}'`).join(', ')})`;

/** The labels of a name, in SQL. */
const labels = (name: string) => `splitByChar('.', ${name})`;
/** In lower case, without the dot at the end. */
export const plainName = (column: string) => `lower(trim(TRAILING '.' FROM ${column}))`;

/** Of how many labels the registered domain of a name consists, in SQL. */
const depth = (name: string) =>
  `if(length(${labels(name)}[-1]) = 2 AND ${labels(name)}[-2] IN ${listed(SECOND_LEVEL)}, 3, 2)`;

/** What somebody registered, in SQL, of a plain name. */
export const registeredDomain = (name: string) =>
  `arrayStringConcat(arraySlice(${labels(name)}, -${depth(name)}), '.')`;

/** What is in front of that. */
export const subdomain = (name: string) =>
  `arrayStringConcat(arraySlice(${labels(name)}, 1, greatest(0, toInt32(length(${labels(name)})) - ${depth(name)})), '.')`;

/** Whether somebody registered it and people name what is in it. */
export const isOrdinaryDomain = (name: string) =>
  `position(${name}, '.') > 0 AND ${labels(name)}[-1] NOT IN ${listed(NO_DOMAINS)} AND ${registeredDomain(name)} NOT IN ${listed(MACHINE_NAMED)}`;
