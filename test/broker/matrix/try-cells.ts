import { PermissionViolationError, type NatsConnection, type Status } from '@nats-io/transport-node';
import { expect, vi } from 'vitest';

/** Nobody may publish or subscribe here: its refusal is the last of a batch. */
const SENTINEL = 'forbidden.to.everybody';
/** No request to the broker: what an administrator may ask has no effect. */
const bodyOf = (user: string, subject: string) => `not JSON; ${user} said ${subject}`;

/** What one client heard. */
export interface Heard {
  readonly user: string;
  readonly subject: string;
  readonly text: string;
}

/** One identity's connection, which tries what it may do and keeps what it hears. */
export class Prober {
  readonly heard: Heard[] = [];
  private readonly refusals: PermissionViolationError[] = [];

  constructor(
    readonly user: string,
    private readonly client: NatsConnection,
  ) {
    void this.watch(client.status());
  }

  /** Publishes once to each subject; those that the broker refused. */
  publish(subjects: readonly string[]): Promise<ReadonlySet<string>> {
    return this.refused('publish', [...subjects, SENTINEL], (subject) =>
      this.client.publish(subject, bodyOf(this.user, subject)),
    );
  }

  /** Subscribes to each subject, and stays where it may; those that the broker refused. */
  subscribe(subjects: readonly string[]): Promise<ReadonlySet<string>> {
    return this.refused('subscription', [...subjects, SENTINEL], (subject) => {
      this.client.subscribe(subject, {
        callback: (error, message) => {
          if (!error) this.heard.push({ user: this.user, subject: message.subject, text: message.string() });
        },
      });
    });
  }

  private async refused(
    operation: PermissionViolationError['operation'],
    subjects: readonly string[],
    attempt: (subject: string) => void,
  ): Promise<ReadonlySet<string>> {
    for (const subject of subjects) attempt(subject);
    // One round trip for all: the broker answers a client in order.
    await this.client.flush();
    const ofKind = () => this.refusals.filter((refusal) => refusal.operation === operation);
    await vi.waitFor(() => expect(ofKind().map((refusal) => refusal.subject)).toContain(SENTINEL));
    return new Set(ofKind().map((refusal) => refusal.subject));
  }

  private async watch(statuses: AsyncIterable<Status>): Promise<void> {
    for await (const status of statuses)
      if (status.type === 'error' && status.error instanceof PermissionViolationError)
        this.refusals.push(status.error);
  }
}

/** What is to be heard of a publication. */
export const heardAs = (listener: string, speaker: string, subject: string): Heard => ({
  user: listener,
  subject,
  text: bodyOf(speaker, subject),
});
