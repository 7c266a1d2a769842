import { Option, type Command } from 'commander';
import { SourceFormat } from '@countersign/policy-import';
import { explainJob, type ExplainOptions } from './explain/explain-job.js';
import { importFile, type ImportFlags } from './import/import-file.js';
import { FORMAT_LETTERS } from './import/source-format.js';
import { lintPolicies, type LintOptions } from './lint/lint-policies.js';
import { validateOrderFile, type OrderOptions } from './order/validate-order-file.js';
import { testPolicies } from './policy-tests/test-policies.js';
import { pushPolicy, type PushOptions } from './push/push-policy.js';
import { replayPolicy, type ReplayOptions } from './replay/replay-policy.js';
import type { Shell } from './shell.js';

const BUNDLE = 'policy file, or folder of *.yaml, *.yml and *.json';
const BUNDLES = `${BUNDLE}; each is a bundle of its own`;
const KEY_FILE = 'file with the API key or token; else COUNTERSIGN_API_KEY';
const JSON_FLAG = ['--json', 'print JSON'] as const;

/** Adds `policy` and its commands to a program. */
export function addPolicyCommands(program: Command, shell: Shell): void {
  const policy = program.command('policy').description('check, try and send policies');
  addChecks(policy, shell);
  addTrials(policy, shell);
  addImport(policy, shell);
  addOrder(policy, shell);
  addPush(policy, shell);
}

function addChecks(policy: Command, shell: Shell): void {
  policy
    .command('lint')
    .description('tell errors and warnings, with file, line and column; exit 2 on errors')
    .argument('<bundle...>', BUNDLES)
    .option(...JSON_FLAG)
    .option('--strict', 'exit 2 on warnings as well')
    .action(async (bundles: string[], options: LintOptions) => {
      shell.exitCode = await lintPolicies(shell, bundles, options);
    });
  policy
    .command('test')
    .description('lint, and run the tests beside the rules; exit 2 when one fails')
    .argument('<bundle...>', BUNDLES)
    .option(...JSON_FLAG)
    .action(async (bundles: string[], options: { json?: boolean }) => {
      shell.exitCode = await testPolicies(shell, bundles, options);
    });
}

function addTrials(policy: Command, shell: Shell): void {
  policy
    .command('explain')
    .description('decide one job, and tell of each rule whether it matched or what kept it from matching')
    .argument('<bundle>', BUNDLE)
    .argument('<job>', 'job request as a JSON file, or - for standard input')
    .option('--now <time>', "the event's time, RFC 3339 (default: the present)")
    .option('--agent-producer <name>', 'verified sender; also the agent, where the job names none')
    .option(...JSON_FLAG)
    .action(async (bundle: string, job: string, options: ExplainOptions) => {
      shell.exitCode = await explainJob(shell, bundle, job, options);
    });
  policy
    .command('replay')
    .description('take recorded decisions again under a candidate; tell every one that would change')
    .argument('<bundle>', `the candidate: ${BUNDLE}`)
    .addOption(new Option('--url <address>', 'platform whose decisions are taken again').conflicts('records'))
    .option('--key-file <file>', KEY_FILE)
    .option('--from <time>', 'only decisions of the platform since, RFC 3339')
    .option('--to <time>', 'only decisions of the platform before, RFC 3339')
    .option('--records <file>', 'file with a recorded decision on each line (NDJSON)')
    .option('--fail-on-change', 'exit 3 if a decision would change')
    .option('--json', 'print NDJSON: a line for each change, then the summary')
    .action(async (bundle: string, options: ReplayOptions) => {
      shell.exitCode = await replayPolicy(shell, bundle, options);
    });
}

function addImport(policy: Command, shell: Shell): void {
  const letters = Object.entries(FORMAT_LETTERS).map(
    ([letter, formats]) => `${letter}: ${formats.join(' or ')}`,
  );
  const collect = (text: string, before: readonly string[] = []) => [...before, text];
  policy
    .command('import')
    .description(
      'convert a policy of another format to native files; exit 2 if something must be answered first',
    )
    .argument('<file>', 'the source')
    .requiredOption('--out <folder>', 'folder for the native files')
    .option('--force', 'replace files that exist')
    .option(
      '--format <format>',
      `${Object.values(SourceFormat).join(', ')}, or short ${letters.join(', ')} (default: found)`,
    )
    .option(
      '--map <name=path>',
      'where a job carries a name of the source, as refund_amount=params.amount',
      collect,
    )
    .option('--limit <name=actions>', 'what a named rate counts: actions with commas, or *', collect)
    .option('--route <path=topics>', 'topics behind a route of the source, with commas', collect)
    .option('--topic <pattern>', 'topics that the policy is about; may be repeated', collect)
    .option('--agent <name>', 'agents that the policy is about; may be repeated', collect)
    .option('--timezone <zone>', 'IANA zone of hours without one')
    .option('--policy-id <id>', 'policy_id of the result')
    .option('--repository-host <host>', 'host of repositories without one')
    .addOption(
      new Option('--unlisted <decision>', 'actions that the source does not mention').choices([
        'deny',
        'require_approval',
      ]),
    )
    .option('--literal-patterns', 'blocked patterns are meant letter by letter')
    .option(
      '--set-aside <path>',
      'key that no importer knows, to be reported instead of refused; may be repeated',
      collect,
    )
    .option('--answers <file>', 'YAML or JSON with these answers, as docs/policy-import.md names the options')
    .option(...JSON_FLAG)
    .action(async (file: string, flags: ImportFlags) => {
      shell.exitCode = await importFile(shell, file, flags);
    });
}

function addOrder(policy: Command, shell: Shell): void {
  policy
    .command('validate-order')
    .description(
      'check a work order: prints {"ok": true, ...}, or {"ok": false, "errors": [...]} and exits 2',
    )
    .argument('<order>', 'work order, JSON, or - for standard input')
    .requiredOption('--policy <file>', 'work-order policy, JSON')
    .option('--state-root <folder>', 'where required state paths are looked for (default: here)')
    .option('--literal-patterns', 'blocked patterns are meant letter by letter')
    .action(async (order: string, options: OrderOptions) => {
      shell.exitCode = await validateOrderFile(shell, order, options);
    });
}

function addPush(policy: Command, shell: Shell): void {
  policy
    .command('push')
    .description('check a bundle, tests included, and send it to a platform')
    .argument('<bundle>', BUNDLE)
    .requiredOption('--url <address>', 'platform, as http://127.0.0.1:8081')
    .option('--key-file <file>', KEY_FILE)
    .option('--activate', 'let it decide from now on')
    .option('--note <text>', 'kept with the activation')
    .option('--commit <sha>', 'commit that the bundle was taken from, named in the note')
    .option(...JSON_FLAG)
    .action(async (bundle: string, options: PushOptions) => {
      shell.exitCode = await pushPolicy(shell, bundle, options);
    });
}
