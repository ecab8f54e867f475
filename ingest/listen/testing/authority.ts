import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** PEM. */
export interface Credentials {
  readonly cert: string;
  readonly key: string;
}

export interface Authority extends Credentials {
  issue(name: string): Promise<Credentials>;
}

const SHORT = { keyType: 'ec', algorithm: 'sha256' } as const;

/** A certificate authority that lives as long as a test. */
export async function createAuthority(name: string): Promise<Authority> {
  const own = await generate([{ name: 'commonName', value: name }], {
    ...SHORT,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  const ca = { cert: own.cert, key: own.private };
  return {
    ...ca,
    async issue(commonName) {
      const { cert, private: key } = await generate([{ name: 'commonName', value: commonName }], { ...SHORT, ca });
      return { cert, key };
    },
  };
}

/** Writes `<name>.cert` and `<name>.key`, the key for its owner only, and gives their paths. */
export function writeCredentials(folder: string, name: string, { cert, key }: Credentials): Credentials {
  const files = { cert: join(folder, `${name}.cert`), key: join(folder, `${name}.key`) };
  writeFileSync(files.cert, cert);
  writeFileSync(files.key, key, { mode: 0o600 });
  return files;
}
