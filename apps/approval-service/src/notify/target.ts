import type { AllowList } from '@countersign/outbound';
import type { Happening } from './happening.js';

/** A receiver of signed webhooks; the first secret is the one in use, the others are on their way out. */
export interface WebhookChannel {
  readonly kind: 'webhook' | 'callback';
  readonly url: string;
  readonly secrets: readonly Buffer[];
  readonly allowed: AllowList;
}

/** An incoming webhook of Slack or of what takes the same. Whoever knows its address may write there. */
export interface SlackChannel {
  readonly kind: 'slack';
  readonly url: string;
  /** Whether people may answer from there. */
  readonly hasButtons: boolean;
  readonly allowed: AllowList;
}

/** A mail server and who gets mail by it. */
export interface EmailChannel {
  readonly kind: 'email';
  readonly host: string;
  readonly port: number;
  readonly isImplicitTls: boolean;
  readonly mayBePlaintext: boolean;
  readonly auth: { readonly user: string; readonly pass: string } | null;
  /** Certificates that are trusted besides; PEM. */
  readonly ca: string | null;
  readonly from: string;
  readonly to: readonly string[];
  readonly allowed: AllowList;
}

/** Whom to tell, of what, and how. */
export interface Target {
  readonly name: string;
  /** Null for every tenant. */
  readonly tenants: readonly string[] | null;
  /** Null for whoever's jobs. */
  readonly producer: string | null;
  readonly caller: string | null;
  readonly events: readonly Happening[];
  readonly channel: WebhookChannel | SlackChannel | EmailChannel;
}
