import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { CodedError } from '@countersign/kernel';
import { isLoopbackHost, LocalCallers } from '@countersign/service-kit';
import { HTTP_SETTINGS, type HttpSettings } from '../settings/http-settings.js';
import { ApiKeys } from './api-keys/api-keys.js';
import { LocalTrust } from './local-trust.js';

/**
 * Refuses the start, before anything listens, where strangers could reach a gateway that can't tell callers apart; and
 * says in one line who is let in.
 */
@Injectable()
export class Exposure implements OnModuleInit {
  private readonly logger = new Logger('gateway identity');

  constructor(
    @Inject(HTTP_SETTINGS) private readonly settings: HttpSettings,
    private readonly keys: ApiKeys,
    private readonly trust: LocalTrust,
  ) {}

  /** Throws `unsafe_bind`. */
  async onModuleInit(): Promise<void> {
    const { host, issuers, localCallers } = this.settings;
    if (!isLoopbackHost(host)) {
      if (localCallers === LocalCallers.Allow)
        throw new CodedError(
          'unsafe_bind',
          `refusing to listen on ${host}: COUNTERSIGN_LOCAL_CALLERS=allow is for loopback alone`,
        );
      if (issuers.length === 0 && !(await this.keys.anyIsUsable()))
        throw new CodedError(
          'unsafe_bind',
          `refusing to listen on ${host}: without an API key or an issuer of tokens everybody could act`,
        );
    }
    if (!(await this.trust.isGiven()))
      this.logger.log({
        message: 'every caller needs an API key or a token',
        issuers: issuers.map(({ issuer }) => issuer),
      });
    else if (localCallers === LocalCallers.Allow)
      this.logger.log({
        message: 'callers on loopback need no credentials, as COUNTERSIGN_LOCAL_CALLERS says',
      });
    else
      this.logger.warn({
        message:
          'development mode: whoever reaches this port on loopback may submit and approve, until there is an API key or an issuer',
      });
  }
}
