import { parseArgs } from 'node:util';
import type { Operator } from './operator.js';

export const USAGE = `usage:
  npm run producer -- add <name> --tenant <tenant> [--agents <agent,…>]
  npm run producer -- remove <name>
  npm run pool -- add <name> --topics <filter,…>
  npm run pool -- remove <name>
  npm run keys -- rotate <user>… [--grace <seconds>]
  npm run keys -- retire
Each takes --pid <process of the broker>, or --pid none when somebody else has it reload.`;

/** How long an old key is good beside the new one when nothing is said, in seconds. */
const GRACE_SEC = 60;

/** What the words of a command line ask for. */
export interface Command {
  /** A process id, `none`, or undefined when nothing is said. */
  readonly pid: string | undefined;
  readonly run: (operator: Operator) => Promise<void>;
}

/** Reads a command line. Throws with what is wrong, or with {@link USAGE}. */
export function readCommand(words: readonly string[]): Command {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      tenant: { type: 'string' },
      agents: { type: 'string' },
      topics: { type: 'string' },
      grace: { type: 'string' },
      pid: { type: 'string' },
    },
  });
  const [what, verb, ...names] = positionals;
  const list = (text: string) => text.split(',').map((word) => word.trim());
  const need = (value: string | undefined, option: string) => {
    if (!value) throw new RangeError(`${option} is missing\n${USAGE}`);
    return value;
  };
  const single = () => {
    if (names.length !== 1) throw new RangeError(USAGE);
    return need(names[0], 'the name');
  };
  const of = (run: Command['run']): Command => ({ pid: values.pid, run });
  switch (`${what} ${verb}`) {
    case 'producer add': {
      const producer = {
        name: single(),
        tenant: need(values.tenant, '--tenant'),
        agents: list(values.agents ?? '*'),
      };
      return of((operator) => operator.addProducer(producer));
    }
    case 'producer remove': {
      const name = single();
      return of((operator) => operator.removeProducer(name));
    }
    case 'pool add': {
      const pool = { name: single(), topics: list(need(values.topics, '--topics')) };
      return of((operator) => operator.addPool(pool));
    }
    case 'pool remove': {
      const name = single();
      return of((operator) => operator.removePool(name));
    }
    case 'keys rotate': {
      const graceSec = Number(values.grace ?? GRACE_SEC);
      if (names.length === 0 || !Number.isFinite(graceSec) || graceSec < 0) throw new RangeError(USAGE);
      return of((operator) => operator.rotate(names, graceSec * 1_000));
    }
    case 'keys retire':
      return of((operator) => operator.retire());
    default:
      throw new RangeError(USAGE);
  }
}
