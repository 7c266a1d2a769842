import { CommanderError } from 'commander';
import { EXIT, failureOf, type ExitCode } from './exit-codes.js';
import { createProgram } from './program.js';
import { refuseSecrets } from './secrets/refuse-secrets.js';
import { Shell, type Surroundings } from './shell.js';
import { UserError } from './user-error.js';

/**
 * Runs one command and answers with the exit code. What the caller can put right is told in a line; only a fault of this
 * program itself shows where it happened.
 */
export async function main(args: readonly string[], around: Surroundings): Promise<ExitCode> {
  const shell = new Shell(around);
  try {
    refuseSecrets(args);
    await createProgram(shell).parseAsync([...args], { from: 'user' });
    return shell.exitCode;
  } catch (error) {
    // Help and version end the program as well; commander has already told what was wrong with the arguments.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : failureOf(args);
    if (error instanceof UserError) shell.note(`countersign: ${error.message}`);
    else {
      const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
      around.stderr.write(`countersign: this should not have happened\n${trace}\n`);
    }
    return failureOf(args);
  }
}
