import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { runProgram } from '../run-program.js';

/** Oldest server this system is written for: JetStream as in nats-server 2.9, the version Debian 12 carries. */
export const OLDEST_NATS = [2, 9] as const;

/** Either the version a usable binary reports, or why it is not usable. */
export type NatsBinaryCheck =
  { readonly usable: true; readonly version: string } | { readonly usable: false; readonly reason: string };

/** Whether this path is a nats-server that runs on this machine and is new enough. It is run once, with `-v`. */
export async function checkNatsBinary(path: string): Promise<NatsBinaryCheck> {
  if (!(await isExecutableFile(path))) return { usable: false, reason: 'it is not an executable file' };
  const { ok, output } = await runProgram(path, ['-v'], { timeoutMs: 10_000 });
  if (!ok) return { usable: false, reason: `it does not run: ${output.slice(0, 200)}` };
  const found = /nats-server: v((\d+)\.(\d+)\.\S+)/.exec(output);
  if (found?.[1] === undefined) return { usable: false, reason: 'it does not answer -v like nats-server' };
  const [major, minor] = [Number(found[2]), Number(found[3])];
  const [oldMajor, oldMinor] = OLDEST_NATS;
  return major > oldMajor || (major === oldMajor && minor >= oldMinor)
    ? { usable: true, version: found[1] }
    : { usable: false, reason: `version ${found[1]} is older than ${oldMajor}.${oldMinor}` };
}

async function isExecutableFile(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false; // absent and not accessible mean the same here
  }
}
