import { Option, type Command } from 'commander';
import { Severity } from '@countersign/detectors';
import type { Shell } from '../shell.js';
import { scanFiles, type ScanFlags } from './scan-files.js';

const FAIL_ON = [Severity.Low, Severity.Medium, Severity.High, Severity.Critical] as const;

/** Adds `scan` to a program. */
export function addScanCommand(program: Command, shell: Shell): void {
  program
    .command('scan')
    .description(
      'find secrets, personal data and unsafe content as the platform does in outputs, in streams of any length; ' +
        'tells rule, severity, place and length, never the value; exit 1 when something is found, 2 when an input ' +
        'could not be read',
    )
    .argument('<file...>', 'files, or - for standard input')
    .option('--json', 'print JSON: findings and counts')
    .addOption(new Option('--sarif', 'print SARIF 2.1.0').conflicts('json'))
    .addOption(
      new Option(
        '--redact',
        'print the one input with findings replaced; findings go to standard error',
      ).conflicts(['json', 'sarif']),
    )
    .option('--regions <codes>', 'look for national ids of these countries only, as de,fr (default: all)')
    .addOption(
      new Option('--fail-on <severity>', 'exit 1 from this severity on')
        .choices(FAIL_ON)
        .default(Severity.Low),
    )
    .addHelpText(
      'after',
      '\nFingerprints are keyed. Their key is the file that COUNTERSIGN_FINGERPRINT_KEY names; without it a key is\n' +
        'drawn for the run, and fingerprints of two runs can not be compared.',
    )
    .action(async (files: string[], flags: ScanFlags) => {
      shell.exitCode = await scanFiles(shell, files, flags);
    });
}
