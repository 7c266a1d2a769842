import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** What a short-lived program printed; `ok` is false when it exited with an error or could not be started. */
export interface ProgramResult {
  readonly ok: boolean;
  /** Standard output and standard error together, trimmed. */
  readonly output: string;
}

/** How to run it. */
export interface ProgramOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Run as this user. */
  readonly user?: { uid: number; gid: number } | undefined;
  /** Time limit in milliseconds; 60 s unless told. */
  readonly timeoutMs?: number;
}

/** Runs a program to its end. Never rejects: a failure is a result, so that the caller can say what it means. */
export async function runProgram(
  command: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramResult> {
  try {
    const { stdout, stderr } = await execute(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      timeout: options.timeoutMs ?? 60_000,
      maxBuffer: 4 * 1024 * 1024,
      ...(options.user ?? {}),
    });
    return { ok: true, output: `${stdout}${stderr}`.trim() };
  } catch (thrown) {
    const {
      stdout = '',
      stderr = '',
      message,
    } = thrown as { stdout?: string; stderr?: string; message: string };
    return { ok: false, output: `${stdout}${stderr}`.trim() || message };
  }
}
