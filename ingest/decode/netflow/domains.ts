import type { ExportFormat } from '../template/definition';
import { Domain } from './domain';
import { Exporter } from './exporter';
import { LruMap } from './lru';
import type { Shared } from './shared';

interface Heard {
  readonly exporter: Exporter;
  /** By format and id. */
  readonly domains: LruMap<string, Domain>;
}

/** Every observation domain that was heard, by exporter, format and domain id; the longest silent make room. */
export class Domains {
  private readonly heard: LruMap<string, Heard>;
  private latest: Domain | undefined;

  constructor(private readonly shared: Shared) {
    this.heard = new LruMap(shared.limits.exporters, ({ domains }) => {
      for (const domain of domains.clear()) this.forget(domain);
    });
  }

  find(address: Uint8Array, format: ExportFormat | 'unknown', id: number): Domain {
    const latest = this.latest;
    if (latest && latest.domain === id && latest.format === format && equal(latest.exporter, address)) return latest;
    const { exporter, domains } = this.from(address);
    const key = `${format}/${id}`;
    let domain = domains.get(key);
    if (!domain) {
      domain = new Domain(exporter, format, id, this.shared);
      domains.set(key, domain);
    }
    return (this.latest = domain);
  }

  all(): Domain[] {
    return [...this.heard.values()].flatMap(({ domains }) => [...domains.values()]);
  }

  private from(address: Uint8Array): Heard {
    const key = String.fromCharCode(...address);
    const known = this.heard.get(key);
    if (known) return known;
    const { limits, domains } = this.shared;
    const heard = {
      exporter: new Exporter(address.slice(), this.shared),
      domains: new LruMap<string, Domain>(limits.domainsPerExporter, (domain) => this.forget(domain), domains),
    };
    this.heard.set(key, heard);
    return heard;
  }

  private forget(domain: Domain): void {
    domain.forget();
    if (this.latest === domain) this.latest = undefined;
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
