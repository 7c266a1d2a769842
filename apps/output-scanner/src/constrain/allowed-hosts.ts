/** The port that a scheme takes when none is written. */
const PORTS: Readonly<Record<string, string>> = {
  'http:': '80',
  'https:': '443',
  'ws:': '80',
  'wss:': '443',
  'ssh:': '22',
  'ftp:': '21',
};

const HOST = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$|^\[[0-9a-f:.]+\]$/;

/** Where something went over the network. The port is undefined where nothing says it. */
export interface Endpoint {
  readonly host: string;
  readonly port: string | undefined;
}

/** The endpoint that an effect's target names, a URL or a host with or without a port; undefined when it names none. */
export function endpointOf(target: string): Endpoint | undefined {
  if (/[\s\\]|\p{C}/u.test(target)) return undefined;
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(target);
  let url: URL;
  try {
    url = new URL(hasScheme ? target : `tcp://${target}`);
  } catch {
    return undefined;
  }
  const host = url.hostname.toLowerCase().replace(/\.$/, '');
  if (!HOST.test(host)) return undefined;
  const port = url.port === '' ? PORTS[url.protocol] : url.port;
  return { host, port };
}

/**
 * Whether one of the allowed hosts covers an endpoint: itself, or `*.domain` for the names beneath it; with a port, that
 * one alone.
 */
export function isHostAllowed({ host, port }: Endpoint, allowed: readonly string[]): boolean {
  return allowed.some((entry) => {
    const [name = '', wanted] = entry.split(':');
    if (wanted !== undefined && wanted !== port) return false;
    return name.startsWith('*.')
      ? host.endsWith(name.slice(1)) && host.length > name.length - 1
      : host === name;
  });
}
