import { createRequire } from 'node:module';
import { Command } from 'commander';
import { addPolicyCommands } from './add-policy-commands.js';
import { addScanCommand } from './scan/add-scan-command.js';
import { Shell } from './shell.js';

/** Columns of help texts, whatever the terminal: they are documentation as well. */
const HELP_WIDTH = 100;

/** The program with all of its commands. It never ends the process: what would is thrown as a `CommanderError`. */
export function createProgram(shell: Shell): Command {
  const { version } = createRequire(import.meta.url)('../package.json') as { version: string };
  const program = new Command('countersign')
    .description('Countersign: policies of a governance control plane for agents')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(--help tells what there is)')
    .configureHelp({ helpWidth: HELP_WIDTH })
    .configureOutput({
      writeOut: (text) => void shell.around.stdout.write(text),
      writeErr: (text) => void shell.around.stderr.write(text),
    });
  addPolicyCommands(program, shell);
  addScanCommand(program, shell);
  return program;
}
