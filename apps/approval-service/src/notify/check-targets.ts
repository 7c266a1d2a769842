import { Logger } from '@nestjs/common';
import { CodedError } from '@countersign/kernel';
import { hostOf, OutboundRefused, resolveHost, systemResolve, type Resolve } from '@countersign/outbound';
import type { Target } from './target.js';

/**
 * Looks up where every target is. One that leads to where nothing may be sent is a mistake of the settings: throws
 * `invalid_config` with its name. A name that DNS does not know at the moment is none, and is said in the log.
 */
export async function checkTargets(
  targets: readonly Target[],
  resolve: Resolve = systemResolve,
): Promise<void> {
  await Promise.all(targets.map((target) => checkTarget(target, resolve)));
}

async function checkTarget({ name, channel }: Target, resolve: Resolve): Promise<void> {
  const host = channel.kind === 'email' ? channel.host.toLowerCase() : hostOf(new URL(channel.url));
  try {
    await resolveHost(host, channel.allowed, resolve);
  } catch (error) {
    if (error instanceof OutboundRefused)
      throw new CodedError('invalid_config', `the notification target ${name} is refused: ${error.reason}`);
    new Logger('notifications').warn({ message: 'the host of a target is not known now', target: name });
  }
}
