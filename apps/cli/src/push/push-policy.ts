import { Type, type Static } from '@sinclair/typebox';
import { PolicyFiles, validate } from '@countersign/contracts';
import type { JsonValue } from '@countersign/kernel';
import { runPolicyTests } from '@countersign/policy-engine';
import { requireBundle, type ValidBundle } from '../bundle/require-bundle.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { problemLine, Severity } from '../output/problem-lines.js';
import { otherReading } from '../platform/other-reading.js';
import { PlatformClient } from '../platform/platform-client.js';
import { PlatformRefusal } from '../platform/problem-document.js';
import type { Shell } from '../shell.js';
import { UserError } from '../user-error.js';

export interface PushOptions {
  readonly url: string;
  readonly keyFile?: string;
  /** Makes the policy decide once it is there. */
  readonly activate?: boolean;
  /** For people, kept with the activation. */
  readonly note?: string;
  /** The commit that the bundle was taken from, named in the note. */
  readonly commit?: string;
  readonly json?: boolean;
}

const Pushed = Type.Object({ snapshot: Type.String({ pattern: '^sha256:[0-9a-f]{64}$' }) });

/** `policy push`: checks a bundle, tests included, sends it to a platform and, if asked to, makes it the active one. */
export async function pushPolicy(shell: Shell, path: string, options: PushOptions): Promise<ExitCode> {
  const { json = false, activate = false, note, commit } = options;
  if (!activate && (note !== undefined || commit !== undefined))
    throw new UserError('--note and --commit are kept with an activation: they need --activate');
  const bundle = await requireBundle(shell, path, json);
  if (!bundle || !testsPass(shell, bundle)) return EXIT.wrong;
  const files = filesOf(bundle);
  const client = await PlatformClient.to(shell, options.url, options.keyFile);
  try {
    const { snapshot } = expected(Pushed, await client.post('api/v1/policies', { files }));
    if (snapshot !== bundle.snapshot.hash) throw new UserError(otherReading(snapshot, bundle.snapshot.hash));
    if (activate) await client.post(`api/v1/policies/${snapshot}/activate`, activation(options));
    if (json) shell.json({ ok: true, snapshot, activated: activate, files: files.length });
    else shell.print(`${snapshot} is ${activate ? 'active' : 'kept; it decides once it is activated'}`);
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof PlatformRefusal) || error.problems.length === 0) throw error;
    if (json) shell.json({ ok: false, code: error.code, problems: error.problems });
    else shell.print(...error.problems.map((problem) => problemLine(problem, Severity.Error)));
    shell.note(`countersign: ${error.message}`);
    return EXIT.wrong;
  }
}

/** The note of an activation names the commit first, so that it is found by it. */
function activation({ note, commit }: PushOptions): { note?: string } {
  const parts = [
    ...(commit === undefined ? [] : [`commit ${commit}`]),
    ...(note === undefined ? [] : [note]),
  ];
  return parts.length === 0 ? {} : { note: parts.join(': ') };
}

function testsPass(shell: Shell, { snapshot, tests }: ValidBundle): boolean {
  const failed = runPolicyTests(snapshot, tests).filter(({ passed }) => !passed);
  for (const { file, line, column, name } of failed) shell.note(`${file}:${line}:${column}: failed: ${name}`);
  if (failed.length > 0) shell.note('countersign: nothing was sent: tests fail; see countersign policy test');
  return failed.length === 0;
}

/** The files as the API takes them. What it would refuse is said here, with the names that it is about. */
function filesOf({ sources }: ValidBundle): { file: string; text: string }[] {
  const files = sources.map(({ file, text }) => ({ file, text }));
  const checked = validate(PolicyFiles, files);
  if (checked.ok) return files;
  const [, at = '', member] = checked.problem.pointer.split('/');
  const file = files[Number(at)]?.file;
  throw new UserError(
    at !== '' && member === 'file' && file !== undefined
      ? `${file}: names in a bundle that is sent have letters, digits, dots, underscores and hyphens only`
      : `the bundle can't be sent: ${checked.problem.message}`,
  );
}

function expected<S extends typeof Pushed>(schema: S, answer: JsonValue): Static<S> {
  const checked = validate(schema, answer);
  if (checked.ok) return checked.value;
  throw new UserError(
    `the platform's answer is not understood: ${checked.problem.pointer} ${checked.problem.message}`,
  );
}
