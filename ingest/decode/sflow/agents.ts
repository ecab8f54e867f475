import { LruMap } from '../netflow/lru';
import { Agent } from './agent';
import type { SourceBudget } from './sources';

/** What agents, or somebody who pretends to be many, can make the decoder remember. The longest silent make room. */
export interface SflowLimits {
  /** Agents, and sub-agents of each. */
  readonly exporters: number;
  readonly domainsPerExporter: number;
  /** Data sources of all of them together. */
  readonly dataSources: number;
}

export const DEFAULT_LIMITS: SflowLimits = { exporters: 4096, domainsPerExporter: 256, dataSources: 1 << 18 };

/** Every sub-agent that was heard, by its agent's address and its id. */
export class Agents {
  private readonly byAddress: LruMap<string, LruMap<number, Agent>>;
  private readonly budget: SourceBudget;
  private latest: Agent | undefined;

  constructor(private readonly limits: SflowLimits) {
    this.budget = { left: limits.dataSources };
    this.byAddress = new LruMap(limits.exporters, (agents) => {
      for (const agent of agents.values()) this.forget(agent);
    });
  }

  /** @param address 16 bytes; kept by copy */
  find(address: Uint8Array, subAgent: number): Agent {
    const { latest } = this;
    if (latest?.subAgent === subAgent && sameBytes(latest.address, address)) return latest;
    const key = String.fromCharCode(...address);
    let agents = this.byAddress.get(key);
    if (!agents) {
      agents = new LruMap(this.limits.domainsPerExporter, (agent) => this.forget(agent));
      this.byAddress.set(key, agents);
    }
    let agent = agents.get(subAgent);
    if (!agent) {
      agent = new Agent(address.slice(), subAgent, this.budget);
      agents.set(subAgent, agent);
    }
    return (this.latest = agent);
  }

  all(): Agent[] {
    return [...this.byAddress.values()].flatMap((agents) => Array.from(agents.values()));
  }

  private forget(agent: Agent): void {
    agent.forgetSources();
    if (this.latest === agent) this.latest = undefined;
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
