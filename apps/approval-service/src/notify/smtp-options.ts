import { isIP } from 'node:net';
import type SMTPTransport from 'nodemailer/lib/smtp-transport/index.js';
import type { EmailChannel } from './target.js';

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1)$/;

/**
 * How a mail server is spoken to at the address that was checked. Its certificate has to be for its name. Without TLS
 * nothing goes out but to this machine, or where the settings say so.
 */
export function smtpOptions(
  channel: EmailChannel,
  address: string,
  timeoutMs: number,
): SMTPTransport.Options {
  return {
    host: address,
    port: channel.port,
    secure: channel.isImplicitTls,
    requireTLS: !channel.isImplicitTls && !channel.mayBePlaintext && !LOOPBACK.test(address),
    tls: {
      minVersion: 'TLSv1.2',
      ...(isIP(channel.host) === 0 ? { servername: channel.host } : {}),
      ...(channel.ca === null ? {} : { ca: channel.ca }),
    },
    ...(channel.auth === null ? {} : { auth: channel.auth }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
