import { EXIT } from './exit-codes.js';

/** Runs one command and answers with the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  process.stderr.write(`countersign: no such command: ${args.join(' ')}\n`);
  return Promise.resolve(EXIT.failed);
}
