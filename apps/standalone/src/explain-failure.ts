/** Errors of the network that mean: nobody answers there. */
const UNREACHABLE = /\b(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|CONNECTION_REFUSED)\b/;

/** One message for whoever sits at the terminal: what went wrong, and what to do about it. Never a stack trace. */
export function explainFailure(error: unknown): string {
  const problem = messageOf(error);
  if (problem.includes('What to do:')) return problem;
  return `${problem}\nWhat to do: ${remedyOf(error, problem)}`;
}

/** The first line of what was thrown, for a log. */
export function firstLine(error: unknown): string {
  return messageOf(error).split('\n')[0]!;
}

function remedyOf(error: unknown, problem: string): string {
  const code = codeOf(error);
  if (code === 'EADDRINUSE' || problem.includes('EADDRINUSE'))
    return 'set COUNTERSIGN_PORT to a free port, or stop the other process that listens on this one (another Countersign?).';
  if (code === 'invalid_policy' || problem.includes('the policy is refused:'))
    return 'correct the lines named above (COUNTERSIGN_POLICIES names the files) and start again. Without a valid policy nothing runs.';
  if (code === 'invalid_config')
    return 'correct the file (COUNTERSIGN_CONFIG, COUNTERSIGN_HTTP_CONFIG and COUNTERSIGN_NOTIFICATIONS name others) and start again.';
  if (code === 'missing_key')
    return 'see whether COUNTERSIGN_KEYS_DIR is the folder you mean. With a database that exists already, restore its keys.';
  if (code === 'unsafe_key') return 'make that file readable by its owner alone, and start again.';
  if (code === 'unsafe_bind')
    return 'unset COUNTERSIGN_HOST, or make a key first (npm run keys -- create …) or name an issuer in the file of COUNTERSIGN_HTTP_CONFIG.';
  if (code === 'ENOENT')
    return 'see whether COUNTERSIGN_CONFIG, COUNTERSIGN_HTTP_CONFIG, COUNTERSIGN_NOTIFICATIONS and COUNTERSIGN_POLICIES name files that exist.';
  if (code === 'EACCES' || code === 'EPERM')
    return 'see who owns that file or folder: it must be yours to read and write.';
  if (UNREACHABLE.test(`${code} ${problem}`))
    return 'see whether the servers run; unset NATS_URL and DATABASE_URL to have both started for you.';
  return 'read the lines above; with LOG_LEVEL=debug the next start says more.';
}

function messageOf(error: unknown): string {
  // Several addresses tried in vain give an error without a text of its own.
  if (error instanceof AggregateError && error.message === '')
    return error.errors.map((each) => messageOf(each)).join('\n');
  if (!(error instanceof Error)) return String(error);
  return error.message || error.name;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
