import { OutboundRefused, resolveHost, type Resolve } from '@countersign/outbound';
import { createTransport } from 'nodemailer';
import type { EmailMessage } from './email-message.js';
import type { SendOutcome } from './send-outcome.js';
import { smtpOptions } from './smtp-options.js';
import type { EmailChannel } from './target.js';

/**
 * Hands a mail to the server of a channel, which is connected to at an address that was checked. Without TLS none goes
 * out, except to this machine and where the settings say so. Never throws for what a server or a network does.
 */
export async function sendEmail(
  channel: EmailChannel,
  id: string,
  message: EmailMessage,
  { timeoutMs, resolve }: { readonly timeoutMs: number; readonly resolve?: Resolve },
): Promise<SendOutcome> {
  let close = (): void => undefined;
  let isLate = false;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<SendOutcome>((tell) => {
    timer = setTimeout(() => {
      isLate = true;
      tell({ kind: 'failed', why: 'timeout' });
    }, timeoutMs);
  });
  const sending = async (): Promise<SendOutcome> => {
    const addresses = await resolveHost(channel.host.toLowerCase(), channel.allowed, resolve);
    for (const [i, address] of addresses.entries()) {
      const transport = createTransport(smtpOptions(channel, address, timeoutMs));
      close = () => transport.close();
      try {
        await transport.sendMail({
          ...message,
          from: channel.from,
          to: [...channel.to],
          messageId: `<${id}@${channel.from.split('@')[1]}>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
        });
        break;
      } catch (error) {
        if (isLate || !isUnconnected(error) || i === addresses.length - 1) throw error;
      }
    }
    return { kind: 'taken' };
  };
  try {
    return await Promise.race([sending().catch(failureOf), late]);
  } finally {
    clearTimeout(timer);
    close();
  }
}

/** Whether nobody was there: what has begun to talk is not tried at another address, which might make two mails of one. */
function isUnconnected(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'connect';
}

/** Words of a server are not passed on: only what kind of failure it was. */
function failureOf(error: unknown): SendOutcome {
  if (error instanceof OutboundRefused) return { kind: 'failed', why: error.reason };
  const { code, responseCode } = (error ?? {}) as {
    readonly code?: unknown;
    readonly responseCode?: unknown;
  };
  if (typeof responseCode === 'number') return { kind: 'failed', why: `smtp_${responseCode}` };
  return {
    kind: 'failed',
    why: typeof code === 'string' && /^E[A-Z]{1,20}$/.test(code) ? code : 'unreachable',
  };
}
