import { parseBody, validate, type Parsed } from '@countersign/contracts';
import { CodedError } from '@countersign/kernel';
import { AllowList, OutboundRefused, readUrl } from '@countersign/outbound';
import type { TSchema, Static } from '@sinclair/typebox';
import { Happening } from './happening.js';
import {
  NotificationFile,
  TARGETS,
  type CallbackFile,
  type EmailFile,
  type SlackFile,
  type WebhookFile,
} from './notification-file.js';
import { readWebhookSecret } from './sign-webhook.js';
import type { EmailChannel, SlackChannel, Target, WebhookChannel } from './target.js';

/** Whom to tell about approvals; read and checked once at start. */
export interface NotificationSettings {
  /** Where people find the console, without a slash at its end; null where that is not said. */
  readonly consoleUrl: string | null;
  readonly targets: readonly Target[];
}

export const NO_NOTIFICATIONS: NotificationSettings = { consoleUrl: null, targets: [] };

/** Reads the text of a file that the settings name. */
export type ReadSecret = (path: string) => string;

/**
 * Checks what the file of the settings says, and reads the secrets that it names. Throws a CodedError `invalid_config`
 * that has the pointer to what is wrong, and nothing of a secret.
 */
export function readNotificationSettings(bytes: Uint8Array, readSecret: ReadSecret): NotificationSettings {
  const file = accept(parseBody(NotificationFile, bytes), '');
  const { targets = [], callbacks = [] } = file;
  const read = [
    ...targets.map((target, i) => at(`/targets/${i}`, () => readTarget(target, readSecret))),
    ...callbacks.map((callback, i) => at(`/callbacks/${i}`, () => readCallback(callback, readSecret))),
  ];
  const names = read.map(({ name }) => name);
  const double = names.find((name, i) => names.indexOf(name) !== i);
  if (double !== undefined) throw wrong('', `the name ${double} is there twice`);
  return {
    consoleUrl: file.console_url === undefined ? null : readConsoleUrl(file.console_url),
    targets: read,
  };
}

function readTarget(content: unknown, readSecret: ReadSecret): Target {
  const { kind } = (content ?? {}) as { readonly kind?: unknown };
  switch (kind) {
    case 'webhook':
      return told(check(TARGETS.webhook, content), (file) => webhook('webhook', file, readSecret));
    case 'slack':
      return told(check(TARGETS.slack, content), (file) => slack(file, readSecret));
    case 'email':
      return told(check(TARGETS.email, content), (file) => email(file, readSecret));
    default:
      throw wrong('/kind', 'is none of webhook, slack, email');
  }
}

function told<T extends WebhookFile | SlackFile | EmailFile>(
  file: T,
  channelOf: (file: T) => Target['channel'],
): Target {
  const isForAll = file.tenants.includes('*');
  if (isForAll && file.tenants.length > 1) throw wrong('/tenants', '* stands alone');
  return {
    name: file.name,
    tenants: isForAll ? null : file.tenants,
    producer: null,
    caller: null,
    events: file.on,
    channel: channelOf(file),
  };
}

function readCallback(file: CallbackFile, readSecret: ReadSecret): Target {
  return {
    name: file.name,
    tenants: [file.tenant],
    producer: file.producer ?? null,
    caller: file.caller ?? null,
    events: [Happening.Resolved, Happening.Expired],
    channel: webhook('callback', file, readSecret),
  };
}

function webhook(
  kind: WebhookChannel['kind'],
  file: WebhookFile | CallbackFile,
  readSecret: ReadSecret,
): WebhookChannel {
  const allowed = allowedOf(file);
  const secrets = file.secret_files.map((path, i) =>
    at(`/secret_files/${i}`, () => readWebhookSecret(readSecret(path))),
  );
  return { kind, ...addressOf(file, allowed, readSecret), secrets, allowed };
}

function slack(file: SlackFile, readSecret: ReadSecret): SlackChannel {
  const allowed = allowedOf(file);
  return {
    kind: 'slack',
    ...addressOf(file, allowed, readSecret),
    hasButtons: file.buttons ?? false,
    allowed,
  };
}

function email({ smtp, from, to, ...file }: EmailFile, readSecret: ReadSecret): EmailChannel {
  const { user, password_file: passwordFile, ca_file: caFile } = smtp;
  if ((user === undefined) !== (passwordFile === undefined))
    throw wrong('/smtp', 'user and password_file are there together or not at all');
  const secret = (name: string, path: string) => at(`/smtp/${name}`, () => readSecret(path));
  return {
    kind: 'email',
    host: smtp.host,
    port: smtp.port,
    isImplicitTls: smtp.implicit_tls ?? false,
    mayBePlaintext: smtp.allow_plaintext ?? false,
    auth:
      user === undefined || passwordFile === undefined
        ? null
        : { user, pass: secret('password_file', passwordFile) },
    ca: caFile === undefined ? null : secret('ca_file', caFile),
    from,
    to,
    allowed: allowedOf(file),
  };
}

function addressOf(
  { url, url_file: file }: { readonly url?: string; readonly url_file?: string },
  allowed: AllowList,
  readSecret: ReadSecret,
): { readonly url: string } {
  if ((url === undefined) === (file === undefined)) throw wrong('', 'needs either url or url_file');
  const [place, text] =
    file === undefined ? ['/url', url ?? ''] : ['/url_file', at('/url_file', () => readSecret(file))];
  return { url: at(place, () => readUrl(text, allowed)).href };
}

function allowedOf({
  allow_private: entries = [],
}: {
  readonly allow_private?: readonly string[];
}): AllowList {
  return at('/allow_private', () => AllowList.of(entries));
}

/** People follow it from a mail: it must be plain, and the platform's own. */
function readConsoleUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url !== undefined && url.search === '' && url.hash === '' && url.username === '';
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (!isPlain || !isWeb || url.password !== '')
    throw wrong('/console_url', 'is no address of the web without a query');
  return url.href.replace(/\/+$/, '');
}

function check<S extends TSchema>(schema: S, content: unknown): Static<S> {
  return accept(validate(schema, content), '');
}

function accept<T>(parsed: Parsed<T>, place: string): T {
  if (parsed.ok) return parsed.value;
  const { pointer, message } = parsed.problem;
  throw wrong(`${place}${pointer}`, message);
}

/** Runs a step whose mistakes are those of one place in the file. */
function at<T>(place: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (error instanceof CodedError && error.code === 'invalid_config')
      throw wrong(`${place}${error.pointer ?? ''}`, wordsOf(error));
    if (error instanceof CodedError || error instanceof RangeError) throw wrong(place, error.message);
    if (error instanceof OutboundRefused) throw wrong(place, error.reason);
    throw error;
  }
}

const wrong = (pointer: string, why: string) =>
  new CodedError('invalid_config', `${pointer === '' ? '/' : pointer}: ${why}`, { pointer });

/** A message without the pointer in front of it, which grows on its way out. */
const wordsOf = ({ message }: CodedError) => message.slice(message.indexOf(': ') + 2);
