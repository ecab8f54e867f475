import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { describeShared } from '../../../fixtures/shared-data';
import { FORMATS } from '../registry';

const EXPECTED: readonly (readonly [place: RegExp, format: string | undefined])[] = [
  [/azure\/(nsg|vnet)_|azure_vnet/, 'azure'],
  [/gcp/, 'gcp-vpc'],
  [/flow_records|openshift-flows/, 'netobserv'],
  [/aws.*\.log$/, 'aws-vpc'],
  [/flow_metrics|LICENSE|\.yaml$|\.md$|expected|delta_semantics/, undefined],
];

describeShared('samples of clouds and Kubernetes', [], (path) => {
  const files = ['cloud', 'kubernetes'].flatMap((folder) =>
    readdirSync(join(path, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  const cases = files.flatMap((file) => {
    const place = file.slice(path.length).split(sep).join('/');
    const known = EXPECTED.find(([pattern]) => pattern.test(place));
    return known === undefined ? [] : [[place, file, known[1]] as const];
  });

  it.each(cases)('%s is taken for what it is, and for nothing else', (_, file, format) => {
    const head = readFileSync(file).subarray(0, 64 * 1024);
    const taken = FORMATS.filter((one) => one.recognise(head)).map(({ name }) => name);
    expect(taken).toEqual(format === undefined ? [] : [format]);
  });
});
