import { Environment } from '@marcbachmann/cel-js';
import { missing, wrongType } from './condition-fault.js';
import { hostMatches } from './host-matches.js';
import { isPrivateHost } from './ip-private.js';
import { isPathWithin } from './path-within.js';
import { isShellAllowed } from './shell-allowed.js';
import { isShellBlocked } from './shell-blocked.js';
import { isWithin } from './time-window.js';

/** Names of the functions of each namespace. */
export const NAMESPACES: Readonly<Record<string, readonly string[]>> = {
  path: ['within'],
  host: ['matches'],
  ip: ['private'],
  time: ['within'],
  shell: ['allowed', 'blocked'],
  text: ['matches'],
};

/** What a function needs of the evaluation that it is called in. Evaluation is synchronous: there is one at a time. */
export interface Running {
  /** In milliseconds since 1970. */
  now: number | undefined;
}

class Namespace {}
class PathNamespace extends Namespace {}
class HostNamespace extends Namespace {}
class IpNamespace extends Namespace {}
class TimeNamespace extends Namespace {}
class ShellNamespace extends Namespace {}
class TextNamespace extends Namespace {}

/** Structure that no honest condition needs more of. */
const LIMITS = {
  maxAstNodes: 1000,
  maxDepth: 48,
  maxListElements: 256,
  maxMapEntries: 64,
  maxCallArguments: 8,
};

/** The variables and functions of conditions. `running` is read when a function is called. */
export function conditionEnvironment(running: Running): Environment {
  const environment = new Environment({ limits: LIMITS, homogeneousAggregateLiterals: false })
    .registerVariable('job', 'map<string, dyn>')
    .registerVariable('agent', 'map<string, string>')
    .registerVariable('sets', 'map<string, list<string>>')
    .registerVariable('now', 'google.protobuf.Timestamp');
  const spaces: Readonly<Record<string, new () => Namespace>> = {
    path: PathNamespace,
    host: HostNamespace,
    ip: IpNamespace,
    time: TimeNamespace,
    shell: ShellNamespace,
    text: TextNamespace,
  };
  for (const [name, ctor] of Object.entries(spaces)) {
    environment.registerType(`ns.${name}`, ctor).registerConstant(name, `ns.${name}`, new ctor());
  }
  return (
    environment
      .registerFunction('ns.path.within(string, string): bool', (_: unknown, path: string, folder: string) =>
        isPathWithin(path, folder),
      )
      .registerFunction('ns.path.within(string, list): bool', (_: unknown, path: string, folders: unknown) =>
        anyOf(folders, (folder) => isPathWithin(path, folder)),
      )
      .registerFunction(
        'ns.host.matches(string, string): bool',
        (_: unknown, host: string, pattern: string) => hostMatches(host, pattern),
      )
      .registerFunction(
        'ns.host.matches(string, list): bool',
        (_: unknown, host: string, patterns: unknown) =>
          anyOf(patterns, (pattern) => hostMatches(host, pattern)),
      )
      .registerFunction('ns.ip.private(string): bool', (_: unknown, host: string) => isPrivateHost(host))
      .registerFunction(
        'ns.time.within(string, string): bool',
        (_: unknown, window: string, zone: string) => {
          if (running.now === undefined) throw missing('the time of the event');
          const within = isWithin(running.now, window, zone);
          if (within === undefined) throw wrongType('a window of time or a time zone is none');
          return within;
        },
      )
      .registerFunction(
        'ns.shell.allowed(string, list): bool',
        (_: unknown, command: string, list: unknown) => isShellAllowed(command, textsOf(list)),
      )
      .registerFunction('ns.shell.allowed(list, list): bool', (_: unknown, words: unknown, list: unknown) =>
        isShellAllowed(textsOf(words), textsOf(list)),
      )
      .registerFunction(
        'ns.shell.blocked(string, list): bool',
        (_: unknown, command: string, list: unknown) => isShellBlocked(command, textsOf(list)),
      )
      .registerFunction('ns.shell.blocked(list, list): bool', (_: unknown, words: unknown, list: unknown) =>
        isShellBlocked(textsOf(words), textsOf(list)),
      )
      // Never called: `matches` is taken over by its compiled pattern, which is a literal.
      .registerFunction('ns.text.matches(string, string): bool', () => {
        throw wrongType('the pattern was not compiled');
      })
  );
}

function textsOf(list: unknown): readonly string[] {
  if (Array.isArray(list) && list.every((item) => typeof item === 'string')) return list;
  throw wrongType('a list holds something other than texts');
}

/** All are looked at, so that one that has no answer is told wherever it stands. */
function anyOf(list: unknown, holds: (text: string) => boolean): boolean {
  return textsOf(list).map(holds).includes(true);
}
