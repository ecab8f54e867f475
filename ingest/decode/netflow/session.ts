import { LruMap } from './lru';
import { Sequence, type Continuity } from './sequence';
import type { Shared } from './shared';
import type { Template } from './template';
import { WaitingRoom, type WaitingSet } from './waiting';

/** The domain whose session it is. */
export interface SessionOwner {
  readonly continuity: Continuity;
  onTemplateEvicted(): void;
  onGiveUp(set: WaitingSet, session: Session): void;
}

/**
 * What a domain said in one transport session (RFC 7011 section 2): all that came from its address over UDP, or one TCP
 * or TLS connection.
 */
export class Session {
  readonly templates: LruMap<number, Template>;
  /** Not compiled yet, because too much was. */
  readonly postponed = new Set<Template>();
  readonly waiting: WaitingRoom;
  readonly sequence: Sequence;

  constructor(
    /** The connection, undefined of UDP. */
    readonly id: number | undefined,
    { limits, templateFields, waitingBytes }: Shared,
    private readonly owner: SessionOwner,
  ) {
    this.templates = new LruMap(limits.templatesPerDomain, () => owner.onTemplateEvicted(), templateFields);
    this.waiting = new WaitingRoom({ sets: limits.waitingSets, bytes: limits.waitingBytes }, waitingBytes, (set) =>
      this.giveUp(set),
    );
    this.sequence = new Sequence(owner.continuity);
  }

  announce(template: Template): void {
    this.templates.set(template.definition.id, template, template.definition.fields.length);
  }

  /** Gives up what came before then, or all that still waits. */
  giveUpBefore(steadyMillis?: number): void {
    for (const set of this.waiting.takeBefore(steadyMillis)) this.giveUp(set);
  }

  end(): void {
    this.giveUpBefore();
    this.templates.clear();
  }

  private giveUp(set: WaitingSet): void {
    if (typeof set.for !== 'number' && !this.waiting.has(set.for)) this.postponed.delete(set.for);
    this.owner.onGiveUp(set, this);
  }
}
