import { readFileSync, statSync } from 'node:fs';
import { createSecureContext, type TLSSocket, type TlsOptions } from 'node:tls';
import { messageOf, WayleaveError } from '../kernel/errors';
import type { Logger } from '../kernel/log';

/** PEM files of a TLS listener. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
  /** The authorities whose exporters are listened to. */
  readonly ca?: string | undefined;
  /** Mutual authentication, which RFC 7011 section 11.3 asks for; needs `ca`. */
  readonly requireClientCertificate: boolean;
}

const OTHERS = 0o077;

/**
 * Read once: certificates that were renewed are taken at the next start.
 *
 * @throws WayleaveError `bad-certificate`, naming the file, never its content
 */
export function readCertificates(files: TlsFiles, log: Logger): TlsOptions {
  const { cert, key, ca, requireClientCertificate } = files;
  const options = {
    cert: read(cert),
    key: read(key),
    ...(ca === undefined ? {} : { ca: read(ca) }),
    minVersion: 'TLSv1.2',
    requestCert: requireClientCertificate,
    // Node would drop the socket before anyone can ask whose it was and what is wrong: `untrusted` looks instead.
    rejectUnauthorized: false,
  } as const;
  if ((statSync(key).mode & OTHERS) !== 0 && process.platform !== 'win32')
    log.warn({ file: key }, 'others can read this private key: chmod 600 it');
  try {
    createSecureContext(options);
  } catch (cause) {
    throw badCertificate(`${cert} and ${key} cannot be used together: ${messageOf(cause)}`, cert, cause);
  }
  return options;
}

/** @returns why the other end's certificate is not taken, or undefined when it is, or none was asked for */
export function untrusted(socket: TLSSocket, { requireClientCertificate }: TlsFiles): string | undefined {
  if (!requireClientCertificate) return undefined;
  // First, because a TLS 1.3 session that is resumed counts as authorized even if no certificate was ever shown.
  if (Object.keys(socket.getPeerCertificate()).length === 0) return 'it shows no certificate';
  return socket.authorized ? undefined : `certificate not trusted: ${messageOf(socket.authorizationError)}`;
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw badCertificate(`cannot read ${file}: ${messageOf(cause)}`, file, cause);
  }
}

function badCertificate(message: string, file: string, cause: unknown): WayleaveError {
  return new WayleaveError(message, { code: 'bad-certificate', where: { file }, cause });
}
