import { CommandShape } from '../vocabulary.js';
import { COMMAND_END } from './shell-words.js';

/** What a text, or a list of texts, shows of a command shape. A bit set. */
export const Trace = {
  None: 0,
  /** The whole shape. */
  Found: 1,
  /** The text ends with the bare command name: its arguments may stand beside it. */
  Bare: 2,
  /** The text ends within the command. */
  Open: 4,
  /** The text begins with the telling argument. */
  Leads: 8,
  /** The telling argument is somewhere in the text. */
  Argument: 16,
} as const;

interface Shape {
  readonly commands: ReadonlySet<string>;
  /** Whether an argument makes the command the one looked for. */
  readonly tells: (word: string) => boolean;
}

const PREFIXES: ReadonlySet<string> = new Set('@!%+-');
const RM_NAMES: ReadonlySet<string> = new Set(['rm', 'rm.exe', 'grm']);

const SHAPES: Readonly<Record<CommandShape, Shape>> = {
  rm_recursive: { commands: RM_NAMES, tells: isRecursiveOption },
  find_delete: {
    commands: new Set(['find', 'gfind']),
    tells: (word) => word === '-delete' || RM_NAMES.has(commandName(word)),
  },
};

/** Looks for one shape in the words of one text. */
export function traceShape(words: readonly string[], name: CommandShape): number {
  const shape = SHAPES[name];
  let trace: number = Trace.None;
  let open = false;
  let bare = false;
  let first = true;
  for (const word of words) {
    if (word === COMMAND_END) {
      open = bare = false;
      continue;
    }
    const tells = shape.tells(word);
    if (tells && open) return Trace.Found;
    if (tells) trace |= first ? Trace.Leads | Trace.Argument : Trace.Argument;
    first = false;
    bare = shape.commands.has(commandName(word));
    open ||= bare;
  }
  if (bare) trace |= Trace.Bare;
  if (open) trace |= Trace.Open;
  return trace;
}

/** Puts together what neighbours show (`['rm', '-rf', '/x']`, `{command: 'rm', args: ['-rf']}`), in any order. */
export function joinTraces(trace: number): number {
  const bareWithArgument = Trace.Bare | Trace.Argument;
  const openWithLead = Trace.Open | Trace.Leads;
  const whole = (trace & bareWithArgument) === bareWithArgument || (trace & openWithLead) === openWithLead;
  return whole ? trace | Trace.Found : trace;
}

/** The name without its folder, and without the one character a Makefile or notebook may put before a command. */
function commandName(word: string): string {
  const start = word.lastIndexOf('/') + 1;
  return word.slice(PREFIXES.has(word.charAt(start)) ? start + 1 : start);
}

/** `-r`, `-R` in any cluster, `--recursive` and its abbreviations. Words are lower-case here. */
function isRecursiveOption(word: string): boolean {
  if (word.startsWith('--')) return word.length > 2 && '--recursive'.startsWith(word);
  return word.startsWith('-') && word.includes('r');
}
