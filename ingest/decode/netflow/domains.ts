import type { ExportFormat } from '../template/definition';
import { Domain } from './domain';
import { waitingBudget, type Limits } from './limits';
import { LruMap } from './lru';

type Format = ExportFormat | 'unknown';

/** Every observation domain that was heard, by exporter, format and domain id; the longest silent make room. */
export class Domains {
  private readonly exporters: LruMap<string, LruMap<string, Domain>>;
  private readonly budget;
  private latest: Domain | undefined;

  constructor(private readonly limits: Limits) {
    this.budget = waitingBudget(limits);
    this.exporters = new LruMap(limits.exporters, (domains) => {
      for (const domain of domains.values()) this.forget(domain);
    });
  }

  find(exporter: Uint8Array, format: Format, id: number): Domain {
    const latest = this.latest;
    if (latest && latest.domain === id && latest.format === format && equal(latest.exporter, exporter)) return latest;
    const exporterKey = String.fromCharCode(...exporter);
    const domainKey = `${format}/${id}`;
    let domains = this.exporters.get(exporterKey);
    if (!domains) {
      domains = new LruMap(this.limits.domainsPerExporter, (domain) => this.forget(domain));
      this.exporters.set(exporterKey, domains);
    }
    let domain = domains.get(domainKey);
    if (!domain) {
      domain = new Domain(exporter.slice(), format, id, this.limits, this.budget);
      domains.set(domainKey, domain);
    }
    return (this.latest = domain);
  }

  all(): Domain[] {
    return [...this.exporters.values()].flatMap((domains) => Array.from(domains.values()));
  }

  private forget(domain: Domain): void {
    domain.waiting.take();
    if (this.latest === domain) this.latest = undefined;
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
