import { elementOf } from '../ipfix/elements';
import type { Element, Reading } from '../ipfix/quantity';
import { VARIABLE, type TemplateField } from './definition';

/** Before the value of Cisco's subApplicationValue: four bytes of application id, two of what was extracted. */
export const EXTRACTED_HEADER_BYTES = 6;

interface Lengths {
  /** Whether a field of so many bytes can be read. */
  readonly fits: (length: number) => boolean;
  /**
   * What is done to a field of variable length before it is read: a number is brought to 8 bytes and an address to 16,
   * and what is read to its own length stays. Undefined for what cannot be of variable length.
   */
  readonly variable: 'number' | 'address' | 'own' | undefined;
}

const between =
  (least: number, most: number) =>
  (length: number): boolean =>
    length >= least && length <= most;
const oneOf =
  (...lengths: readonly number[]) =>
  (length: number): boolean =>
    lengths.includes(length);

/** RFC 7011 section 6.2: any integer may be sent in fewer bytes. */
const NUMBER: Lengths = { fits: between(1, 8), variable: 'number' };
const OWN: Lengths = { fits: (length) => length > 0, variable: 'own' };

const LENGTHS: Readonly<Record<Reading, Lengths>> = {
  uint: NUMBER,
  seconds: NUMBER,
  millis: NUMBER,
  micros: NUMBER,
  decimal: NUMBER,
  vrf: NUMBER,
  vpn: NUMBER,
  svc: NUMBER,
  silk: NUMBER,
  ndpi: NUMBER,
  tls: NUMBER,
  ntp: { fits: oneOf(8), variable: 'number' },
  segment: { fits: oneOf(8), variable: 'number' },
  uptime: { fits: between(1, 4), variable: 'number' },
  'before-export': { fits: between(1, 4), variable: 'number' },
  address: { fits: oneOf(4, 16), variable: 'address' },
  text: OWN,
  uuid: OWN,
  list: OWN,
  frame: OWN,
  packet: OWN,
  extracted: { fits: (length) => length > EXTRACTED_HEADER_BYTES, variable: 'own' },
  selector: { fits: between(2, 9), variable: undefined },
  hex: { fits: oneOf(4, 8, 12, 16), variable: undefined },
  float: { fits: oneOf(4, 8), variable: undefined },
};

/** What a field fills, where its length lets it be read; one that cannot be is passed over. */
export function usableElement({ enterprise, id, length }: TemplateField): Element | undefined {
  const element = elementOf(enterprise, id);
  if (!element) return undefined;
  const { fits, variable } = LENGTHS[element.as];
  return (length === VARIABLE ? variable !== undefined : fits(length)) ? element : undefined;
}

/** See `Lengths.variable`. */
export function widening(as: Reading): Lengths['variable'] {
  return LENGTHS[as].variable;
}
