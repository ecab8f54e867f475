const LONGEST = 256;
/** AWS and Azure take 50 tags; nobody reads more than these. */
const MOST = 100;

/** How people spell the well-known labels, the surest first; without case, blanks, `-`, `_` and `.`. */
const SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  app: [
    'app',
    'application',
    'appname',
    'applicationname',
    'app.kubernetes.io/part-of',
    'app.kubernetes.io/name',
    'k8s-app',
    'system',
    'workload',
    'service',
  ].map(folded),
  role: ['role', 'tier', 'component', 'app.kubernetes.io/component', 'function', 'serverrole', 'apptier'].map(folded),
  env: ['env', 'environment', 'stage', 'environmentname', 'environmenttype', 'deploymentenvironment'].map(folded),
  loc: [
    'loc',
    'location',
    'site',
    'datacenter',
    'datacentre',
    'dc',
    'region',
    'topology.kubernetes.io/region',
    'failure-domain.beta.kubernetes.io/region',
  ].map(folded),
};

/**
 * Labels from tags: every tag under its lower-cased key, but those that say role, app, env or loc under that name.
 * Where two say the same (`Role` and `Tier`), the surer becomes the well-known label and the other keeps its own key.
 * Empty tags are left out; values are cut at 256 characters.
 *
 * @param mapping tag key by label, as a person gave it (`{ app: 'CostUnit' }`), instead of the usual spellings
 */
export function wellKnownLabels(
  tags: Readonly<Record<string, string>>,
  mapping: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const given = Object.entries(tags)
    .filter(([key, value]) => key.trim() !== '' && value.trim() !== '')
    .slice(0, MOST)
    .map(([key, value]) => ({
      key: key.trim().toLowerCase().slice(0, LONGEST),
      value: value.trim().slice(0, LONGEST),
    }));
  const byFolded = new Map(given.toReversed().map((tag) => [folded(tag.key), tag]));
  const labels = new Map<string, string>();
  const taken = new Set<string>();
  const asked = new Map(Object.entries(mapping).map(([label, key]) => [label.toLowerCase(), [folded(key)]]));
  // What a person names is taken first, and is then no usual spelling of another.
  for (const [label, spellings] of [...asked, ...Object.entries(SPELLINGS).filter(([label]) => !asked.has(label))]) {
    const tag = spellings.map((each) => byFolded.get(each)).find((found) => found && !taken.has(found.key));
    if (tag === undefined) continue;
    labels.set(label, tag.value);
    taken.add(tag.key);
  }
  for (const { key, value } of given) if (!taken.has(key) && !labels.has(key)) labels.set(key, value);
  return Object.fromEntries([...labels].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function folded(key: string): string {
  return key.toLowerCase().replace(/[\s._-]/g, '');
}
