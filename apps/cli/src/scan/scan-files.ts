import { createRequire } from 'node:module';
import { Severity, severityRank } from '@countersign/detectors';
import { SCAN_EXIT, type ExitCode } from '../exit-codes.js';
import type { Shell } from '../shell.js';
import { UserError } from '../user-error.js';
import { fingerprintKey, KEY_VARIABLE } from './fingerprint-key.js';
import { readRegions } from './regions.js';
import { sarifOf } from './sarif.js';
import { scanInput, type InputOptions } from './scan-input.js';
import { scanJson } from './scan-json.js';
import { scanLines } from './scan-lines.js';
import { countsOf, SEVERITIES, type ScannedInput, type ScanReport, type UnreadInput } from './scan-report.js';

/** Options as they stand on the command line. */
export interface ScanFlags {
  readonly json?: boolean;
  readonly sarif?: boolean;
  readonly redact?: boolean;
  readonly regions?: string;
  readonly failOn: Severity;
}

/** Scans the inputs one after the other and tells what was found. An input that can't be read does not hide the others. */
export async function scanFiles(shell: Shell, names: readonly string[], flags: ScanFlags): Promise<ExitCode> {
  if (flags.redact && names.length > 1) throw new UserError('--redact takes one input');
  if (names.filter((name) => name === '-').length > 1) throw new UserError('standard input can be read once');
  const key = await fingerprintKey(shell);
  const options: InputOptions = {
    fingerprintKey: key.bytes,
    ...(flags.regions !== undefined && { regions: readRegions(flags.regions) }),
    ...(flags.redact && { onOutput: (bytes: Uint8Array) => void shell.around.stdout.write(bytes) }),
  };
  const inputs: ScannedInput[] = [];
  const unread: UnreadInput[] = [];
  for (const name of names)
    try {
      inputs.push(await scanInput(shell, name, options));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      unread.push({ name, problem: error.message });
    }
  const report: ScanReport = { inputs, unread, keyFrom: key.from, failOn: flags.failOn };
  tell(shell, report, flags);
  if (unread.length > 0) return SCAN_EXIT.failed;
  return isFound(report) ? SCAN_EXIT.found : SCAN_EXIT.clean;
}

function tell(shell: Shell, report: ScanReport, flags: ScanFlags): void {
  for (const { name, problem } of report.unread) shell.note(`countersign: ${name}: ${problem}`);
  for (const { name } of report.inputs.filter(({ isBinary }) => isBinary))
    shell.note(`countersign: ${name}: it is binary; what can be read in it as text was scanned`);
  if (report.keyFrom === 'run' && (flags.json || flags.sarif))
    shell.note(`countersign: fingerprints hold for this run only; ${KEY_VARIABLE} names no key file`);
  if (flags.json) shell.json(scanJson(report));
  else if (flags.sarif) shell.json(sarifOf(report, versionOfThis()));
  else if (flags.redact) shell.note(...scanLines(report));
  else shell.print(...scanLines(report));
}

function isFound({ inputs, failOn }: ScanReport): boolean {
  const counts = countsOf(inputs);
  return SEVERITIES.some(
    (severity) => counts[severity] > 0 && severityRank(severity) >= severityRank(failOn),
  );
}

function versionOfThis(): string {
  const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };
  return version;
}
