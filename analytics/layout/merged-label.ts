/** More services than this say nothing on a line; the rules table has them all. */
const SHOWN = 2;

/** "22/tcp, 443/tcp +3" from labels such as "443/tcp" and "22/tcp, 8443/tcp". */
export function mergedLabel(labels: readonly string[]): string {
  const services = [...new Set(labels.flatMap((label) => label.split(', ')))].filter((service) => service !== '');
  services.sort((a, b) => leadingNumber(a) - leadingNumber(b) || (a < b ? -1 : 1));
  const rest = services.length - SHOWN;
  return services.slice(0, SHOWN).join(', ') + (rest > 0 ? ` +${rest}` : '');
}

function leadingNumber(service: string): number {
  const number = Number.parseInt(service, 10);
  return Number.isNaN(number) ? Number.MAX_SAFE_INTEGER : number;
}
