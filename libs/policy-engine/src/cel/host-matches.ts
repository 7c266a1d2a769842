import { wrongType } from './condition-fault.js';
import { hostOf } from './host-of.js';

/** Whether a host (or the host of a URL) is a pattern's: `example.com` itself, `*.example.com` any host beneath it. */
export function hostMatches(text: string, pattern: string): boolean {
  const host = hostOf(text);
  const wild = pattern.startsWith('*.');
  const wanted = wild ? pattern.slice(2) : pattern;
  if (wanted.includes('*')) throw wrongType('a pattern of hosts has a wildcard elsewhere than in front');
  const domain = hostOf(wanted);
  return wild ? host.endsWith(`.${domain}`) : host === domain;
}
