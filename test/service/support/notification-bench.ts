import { randomBytes } from 'node:crypto';
import {
  Notifier,
  readNotificationSettings,
  storeTargets,
  textCleaner,
  type NotificationSettings,
  type NotifierOptions,
} from '@countersign/approval-service';
import { Service, type Refused } from '@countersign/contracts';
import type { TestServers } from '../../flow/support/servers.js';
import { ApprovalBench } from './approval-bench.js';

/** What waits in the table, with the seconds until its next try. */
export interface Waiting {
  readonly notification_id: string;
  readonly target: string;
  readonly event: string;
  readonly failures: number;
  readonly last_failure: string | null;
  readonly due_in_sec: number;
}

export const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;
export const CONSOLE = 'https://countersign.example';

/** Real questions, and notifications about them that are sent when a test says so. */
export class NotificationBench {
  /** Secrets by the names that the settings use. */
  readonly files = new Map<string, string>();
  settings: NotificationSettings = { consoleUrl: null, targets: [] };

  private constructor(readonly approvals: ApprovalBench) {}

  static async open(servers: TestServers): Promise<NotificationBench> {
    return new NotificationBench(await ApprovalBench.open(servers));
  }

  get rig(): ApprovalBench['rig'] {
    return this.approvals.rig;
  }

  /** Reads settings as the service does, and makes their targets the known ones. */
  async configure(content: { readonly targets?: readonly object[]; readonly callbacks?: readonly object[] }) {
    const bytes = Buffer.from(JSON.stringify({ console_url: CONSOLE, ...content }));
    this.settings = readNotificationSettings(bytes, (name) => {
      const text = this.files.get(name);
      if (text === undefined) throw new RangeError(`there is no ${name}`);
      return text;
    });
    await this.rig.rows('DELETE FROM notifications');
    await this.rig.connections.road.run((work) => storeTargets(work, this.settings.targets));
  }

  /** A process that sends, as new: it knows nothing but what is stored. */
  notifier(options: NotifierOptions = {}): Notifier {
    const { road } = this.rig.connections;
    return new Notifier(road, this.settings, textCleaner(this.rig.config.secrets.fingerprintKey), options);
  }

  /** Sends what is due for every target. */
  async send(notifier = this.notifier()): Promise<void> {
    await Promise.all(this.settings.targets.map((target) => notifier.sendDue(target)));
  }

  waiting(): Promise<Waiting[]> {
    return this.rig.rows<Waiting>(
      `SELECT notification_id, target, event, failures, last_failure,
              extract(epoch FROM due_at - now())::float AS due_in_sec
         FROM notifications ORDER BY created_at, target, event`,
    );
  }

  /** Makes everything due as if its time had passed. */
  async makeDue(): Promise<void> {
    await this.rig.rows('UPDATE notifications SET due_at = now()');
  }

  /** What the audit log is told of notifications. */
  async alarms(): Promise<readonly Refused[]> {
    const rows = await this.rig.rows<{ body: string }>(
      `SELECT body FROM outbox WHERE subject = 'event.${Service.ApprovalService}.refused' ORDER BY event_id`,
    );
    return rows.map(({ body }) => JSON.parse(body) as Refused).filter(({ what }) => what === 'notification');
  }
}
