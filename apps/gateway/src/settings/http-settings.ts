import { readFile } from 'node:fs/promises';
import type { Provider } from '@nestjs/common';
import { validate } from '@countersign/contracts';
import { CodedError } from '@countersign/kernel';
import { LocalCallers, PLATFORM_CONFIG, type PlatformConfig } from '@countersign/service-kit';
import { parse } from 'yaml';
import type { Route } from '../identity/routes.js';
import { readIssuer, type IssuerSettings } from '../identity/tokens/issuer.js';
import { AddressList } from './address-list.js';
import { HttpFile } from './http-file.js';
import { People } from './people.js';
import { readRouteLimits, type RouteLimits } from './route-limits.js';

/** Injection token of {@link HttpSettings}. */
export const HTTP_SETTINGS = 'countersign:http-settings';

/** The tenant that is the platform's own unless the file names another; local callers belong to it. */
const DEFAULT_PLATFORM_TENANT = 'default';

/** Who may call, from where and how often; read and checked once at start. */
export interface HttpSettings {
  readonly host: string;
  readonly localCallers: LocalCallers;
  readonly issuers: readonly IssuerSettings[];
  /** The tenant whose operators may change what all tenants share. */
  readonly platformTenant: string;
  /** Who is known by several names. */
  readonly people: People;
  /** Whose `X-Forwarded-For` is believed. */
  readonly proxies: AddressList;
  readonly limitsOf: (route: Route | undefined) => RouteLimits;
}

/** Checks what the file of the settings says. Throws with what is wrong in it. */
export function readHttpSettings(
  { host, localCallers = LocalCallers.Auto }: Pick<PlatformConfig['http'], 'host' | 'localCallers'>,
  content: unknown,
): HttpSettings {
  const checked = validate(HttpFile, content ?? {});
  if (!checked.ok) throw new RangeError(checked.problem.message);
  const { issuers = [], trusted_proxies: proxies = [], routes = {} } = checked.value;
  const { platform_tenant: platformTenant = DEFAULT_PLATFORM_TENANT } = checked.value;
  const names = issuers.map(({ issuer }) => issuer);
  const double = names.find((name, i) => names.indexOf(name) !== i);
  if (double !== undefined) throw new RangeError(`the issuer ${JSON.stringify(double)} is defined twice`);
  const prefixes = issuers.map(({ name }) => name?.prefix ?? '');
  // Else two issuers could give two people one name, and one of them the other's votes.
  if (prefixes.some((one, i) => prefixes.some((other, j) => i !== j && other.startsWith(one))))
    throw new RangeError('of several issuers each needs a name/prefix that no other begins with');
  return {
    host,
    localCallers,
    issuers: issuers.map(readIssuer),
    platformTenant,
    people: People.of(checked.value.people ?? []),
    proxies: AddressList.of(proxies),
    limitsOf: readRouteLimits(routes),
  };
}

/** Provides the settings from the file that the platform's configuration names. */
export const httpSettingsProvider: Provider = {
  provide: HTTP_SETTINGS,
  inject: [PLATFORM_CONFIG],
  useFactory: async ({ http }: PlatformConfig): Promise<HttpSettings> => {
    const { configFile } = http;
    if (configFile === undefined) return readHttpSettings(http, {});
    const text = await readFile(configFile, 'utf8');
    try {
      return readHttpSettings(http, parse(text));
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new CodedError('invalid_config', `${configFile}: ${why}`, { cause });
    }
  },
};
