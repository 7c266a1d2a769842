import { join, resolve } from 'node:path';
import { loadPolicy, runPolicyTests } from '@countersign/policy-engine';
import { ImportProblemCode, importPolicy, type ImportedFile } from '@countersign/policy-import';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { count } from '../output/count.js';
import { problemLine, Severity } from '../output/problem-lines.js';
import { readUtf8 } from '../output/read-bytes.js';
import type { Shell } from '../shell.js';
import { importAnswers, type AnswerFlags } from './import-answers.js';
import { reportJson, reportLines } from './report-lines.js';
import { formatOf } from './source-format.js';
import { writeFiles } from './write-files.js';

/** Largest source, in bytes: what the importers take. */
const MAX_BYTES = 1024 * 1024;

export interface ImportFlags extends AnswerFlags {
  readonly out: string;
  readonly format?: string;
  /** A file with the answers that the source does not give. */
  readonly answers?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/**
 * `policy import` (P15): converts a policy of another format to native files, and tells what became of every part of it.
 * What needs an answer first is asked, and then nothing is written.
 */
export async function importFile(shell: Shell, path: string, flags: ImportFlags): Promise<ExitCode> {
  const { out, format, answers, force = false, json = false, ...given } = flags;
  const { cwd } = shell.around;
  const text = await readUtf8(resolve(cwd, path), path, MAX_BYTES);
  const answersText =
    answers === undefined ? undefined : await readUtf8(resolve(cwd, answers), answers, MAX_BYTES);
  const options = { ...importAnswers(answersText, answers ?? '', given), fileName: path };
  const result = importPolicy(text, options, formatOf(format, text, path));
  const report = reportJson(result.report);
  if (!result.ok) {
    if (json) shell.json({ ok: false, problems: result.problems, report });
    else {
      shell.print(...reportLines(result.report, path));
      shell.print(...result.problems.map((problem) => problemLine(problem, Severity.Error)));
      const questions = result.problems.filter(({ code }) => code === ImportProblemCode.NeedsAnswer).length;
      if (questions > 0) shell.print(`${count(questions, 'question')} to answer first; nothing was written`);
    }
    return EXIT.wrong;
  }
  const tests = checkFiles(result.files);
  await writeFiles(resolve(cwd, out), result.files, force);
  const written = result.files.map((file) => join(out, file.path));
  if (json) shell.json({ ok: true, files: written, tests, report });
  else
    shell.print(
      ...reportLines(result.report, path),
      ...written.map((file) => `wrote ${file}`),
      testsTold(tests),
    );
  return EXIT.ok;
}

/** Loads what will be written and runs the tests in it; their number. An importer that fails here is at fault itself. */
function checkFiles(files: readonly ImportedFile[]): number {
  const loaded = loadPolicy(files.map(({ path, text }) => ({ file: path, text })));
  if (!loaded.ok) throw new Error(`the import does not load: ${loaded.errors[0]?.message}`);
  const failed = runPolicyTests(loaded.snapshot, loaded.tests).find(({ passed }) => !passed);
  if (failed) throw new Error(`a test of the import fails: ${failed.name}`);
  return loaded.tests.length;
}

const testsTold = (tests: number) => (tests === 0 ? 'it has no tests' : `its ${count(tests, 'test')} pass`);
