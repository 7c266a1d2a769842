import { Readable } from 'node:stream';
import type { Command } from 'commander';
import { createProgram } from '../program.js';
import { Shell, type Surroundings } from '../shell.js';

const INTRODUCTION = `
\`npx countersign …\` in a checkout, after \`npm ci\`; the first call compiles, and so does one after a change.

A **bundle** is a policy file, or a folder: all \`*.yaml\`, \`*.yml\` and \`*.json\` beneath it in order of names, without hidden
ones. Names inside are relative to it. A link may stand for a file of the same bundle only. It has at most 1,000 files and
5 MiB, and is read whole or not at all. Where a command takes several, each is checked for itself.

| exit code |                                                                                        |
| --------- | -------------------------------------------------------------------------------------- |
| 0         | all well                                                                               |
| 1         | the command could not do its work: files, network, arguments                           |
| 2         | what was checked is wrong: errors, failed tests, violations, questions without answers |
| 3         | decisions would change, and \`--fail-on-change\` was said                                |

\`scan\` answers as scanners do: 0 clean, 1 findings from \`--fail-on\` on, 2 usage, or an input that could not be read. It
reads UTF-8, UTF-16 with or without a mark, and the text in anything else, of any length, in bounded memory. A report never
holds a value; fingerprints are HMACs under the key in the file that \`COUNTERSIGN_FINGERPRINT_KEY\` names, at least 32
bytes. Without one a key is drawn for the run: then fingerprints tell copies within the run, and nothing between two runs.

Results go to standard output, everything else to standard error. \`--json\` prints one line of JSON; \`replay\` prints a line
for each change and one with \`"kind": "summary"\` at the end.

**Secrets are never arguments**: every user of a machine can read these. A key is read from \`--key-file\`, else from
\`COUNTERSIGN_API_KEY\`; an argument that looks like one is refused. A key is sent over https, or to loopback.

A platform takes bundles of up to 256 files and 512 KiB; \`push\` and \`replay --url\` send the whole. \`replay --records\` reads
what the evaluator publishes, a \`Decision\` of [asyncapi.yaml](../asyncapi.yaml) on each line, and stops at a line that is
none. A change is any difference in the answer; the summary tells how many of them are in its type.

In CI:

\`\`\`sh
npx countersign policy test policies/ --json > policy-test.json
npx countersign policy replay policies/ --records decisions.ndjson --fail-on-change
\`\`\`
`;

/** `docs/cli.md`: what the commands are, from the program itself. */
export function cliReference(editNote: string): string {
  const commands = leaves(createProgram(new Shell(NOWHERE)));
  return [
    '# Command line',
    '',
    `<!-- ${editNote} -->`,
    INTRODUCTION,
    ...commands.flatMap((command) => [
      `## ${pathOf(command)}`,
      '',
      '```text',
      command.helpInformation().trim(),
      '```',
      '',
    ]),
  ].join('\n');
}

/** The commands that do something, in order. */
function leaves(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
}

/** `policy lint`, without the program's name. */
function pathOf(command: Command): string {
  const { parent } = command;
  return parent?.parent ? `${pathOf(parent)} ${command.name()}` : command.name();
}

/** Help needs no process around it. */
const NOWHERE: Surroundings = {
  stdin: Readable.from([]),
  stdout: { write: () => true },
  stderr: { write: () => true },
  env: {},
  cwd: '/',
  now: () => new Date(0),
  fetch: () => Promise.reject(new Error('there is no network')),
};
