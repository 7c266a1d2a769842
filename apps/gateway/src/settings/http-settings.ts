import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Provider } from '@nestjs/common';
import { validate } from '@countersign/contracts';
import { CodedError } from '@countersign/kernel';
import { LocalCallers, PLATFORM_CONFIG, type PlatformConfig } from '@countersign/service-kit';
import { parse } from 'yaml';
import { readSlackWorkspaces, type SlackWorkspace } from '../callbacks/slack-workspaces.js';
import { readConsoleSettings, type ConsoleSettings } from '../console/console-settings.js';
import type { Route } from '../identity/routes.js';
import { readIssuer, type IssuerSettings } from '../identity/tokens/issuer.js';
import { AddressList } from './address-list.js';
import { DEFAULT_BLOB_LIMITS, type BlobLimits } from '../blobs/blob-limits.js';
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
  /** What runs may upload. */
  readonly blobs: BlobLimits;
  readonly limitsOf: (route: Route | undefined) => RouteLimits;
  readonly console: ConsoleSettings;
  /** Workspaces of Slack from which people may answer. */
  readonly slack: readonly SlackWorkspace[];
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
  const known = issuers.map(readIssuer);
  const people = People.of(checked.value.people ?? []);
  return {
    host,
    localCallers,
    issuers: known,
    platformTenant,
    people,
    slack: readSlackWorkspaces(checked.value.callbacks ?? {}, people),
    proxies: AddressList.of(proxies),
    blobs: blobLimitsOf(checked.value.blobs),
    limitsOf: readRouteLimits(routes),
    console: readConsoleSettings(checked.value.console, known),
  };
}

function blobLimitsOf({ max_bytes, per_tenant_bytes }: HttpFile['blobs'] = {}): BlobLimits {
  const { maxBytes, perTenantBytes } = DEFAULT_BLOB_LIMITS;
  return {
    ...DEFAULT_BLOB_LIMITS,
    maxBytes: max_bytes ?? maxBytes,
    perTenantBytes: per_tenant_bytes ?? perTenantBytes,
  };
}

/** The settings with the files of secrets where they are: a relative path is beside the file that names it. */
export function placed(settings: HttpSettings, folder: string): HttpSettings {
  const { console, slack } = settings;
  const at = (path: string | undefined) => (path === undefined ? undefined : resolve(folder, path));
  return {
    ...settings,
    slack: slack.map((workspace) => ({ ...workspace, secretFile: resolve(folder, workspace.secretFile) })),
    console: {
      ...console,
      sessionKeyFile: at(console.sessionKeyFile),
      signIns: console.signIns.map((signIn) => ({
        ...signIn,
        clientSecretFile: at(signIn.clientSecretFile),
      })),
    },
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
      return placed(readHttpSettings(http, parse(text)), dirname(configFile));
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new CodedError('invalid_config', `${configFile}: ${why}`, { cause });
    }
  },
};
