import { Type } from '@sinclair/typebox';
import { validate, type CanonicalJob } from '@countersign/contracts';
import { CodedError } from '@countersign/kernel';
import type { JobHandler, WorkResult } from '@countersign/worker';
import { refuseUnenforced } from '../refuse-unenforced.js';
import { MAX_CAPTURE_BYTES, runCommand, type CommandEnd } from './run-command.js';

const Word = Type.String({ maxLength: 128 * 1024, pattern: '^[^\\u0000]*$' });
const ExecParams = Type.Object(
  { command: Type.Union([Word, Type.Array(Word, { minItems: 1, maxItems: 1024 })]) },
  { additionalProperties: false },
);

/** Where commands are looked for. */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The tool of the pool `agent`: `job.agent.exec.*` runs `params.command`, an argument vector or a text for `sh -c`, in
 * the run's own directory. Of the constraints on processes it keeps `env` (the variables that are set).
 *
 * @param maxCaptureBytes most bytes kept of each of a command's outputs
 */
export const agentHandler =
  (maxCaptureBytes = MAX_CAPTURE_BYTES): JobHandler =>
  async (job, run) => {
    if (!/^job\.agent\.exec\.[^.]+$/.test(job.topic))
      throw new CodedError('unknown_topic', 'this worker has no tool for the topic');
    refuseUnenforced(run.constraints, ['env']);
    const argv = argvOf(job);
    const home = run.outputDir;
    const end = await runCommand(argv, {
      cwd: home,
      env: { ...run.constraints.env, PATH, HOME: home, TMPDIR: home, LANG: 'C.UTF-8' },
      signal: run.signal,
      maxCaptureBytes,
      onStart: () => run.reportEffect({ kind: 'process', op: 'exec', target: argv[0] }),
    });
    return resultOf(end);
  };

function argvOf(job: CanonicalJob): readonly [string, ...string[]] {
  const checked = validate(ExecParams, job.params);
  if (!checked.ok) throw new CodedError('invalid_params', `params: ${checked.problem.message}`);
  const { command } = checked.value;
  if (typeof command === 'string') return ['/bin/sh', '-c', command];
  const [program, ...rest] = command;
  if (!program) throw new CodedError('invalid_params', 'params: the command is empty');
  return [program, ...rest];
}

function resultOf(end: CommandEnd): WorkResult {
  const output = {
    exit_code: end.exitCode,
    signal: end.signal,
    stdout: end.stdout,
    stderr: end.stderr,
    stdout_truncated: end.stdoutTruncated,
    stderr_truncated: end.stderrTruncated,
  };
  if (end.exitCode === 0) return { status: 'succeeded', output };
  const error =
    end.exitCode === null
      ? { code: 'killed', message: `the command was ended by ${end.signal ?? 'a signal'}` }
      : { code: 'exit_code', message: `the command ended with code ${end.exitCode}` };
  return { status: 'failed', output, error };
}
