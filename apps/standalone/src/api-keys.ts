import { join, resolve } from 'node:path';
import { readTopology, VARIABLES } from '@countersign/service-kit';
import { withAdminDatabase } from './api-keys/admin-database.js';
import { commandUser } from './api-keys/command-user.js';
import { readKeyCommand } from './api-keys/read-key-command.js';
import { explainFailure } from './explain-failure.js';
import { ROOT } from './platform.js';

// `npm run keys -- create|list|revoke`: the API keys with which callers are known over HTTP.
const env = process.env;
const stateDir = resolve(ROOT, env['COUNTERSIGN_STATE_DIR'] ?? '.countersign');
try {
  const command = readKeyCommand(process.argv.slice(2), commandUser());
  const adminUrl = env['COUNTERSIGN_ADMIN_DATABASE_URL'] || undefined;
  if (adminUrl === undefined && env['DATABASE_URL'])
    throw new RangeError('COUNTERSIGN_ADMIN_DATABASE_URL is wanted: only the administrator makes keys');
  const { notes, result } = await withAdminDatabase(
    {
      adminUrl,
      stateDir,
      keysDir: resolve(ROOT, env[VARIABLES.keysDir.name] ?? join(stateDir, 'keys')),
      topology: await readTopology(
        resolve(ROOT, env[VARIABLES.configFile.name] ?? VARIABLES.configFile.default),
      ),
    },
    command,
  );
  for (const note of notes) console.error(note);
  for (const line of result) console.log(line);
} catch (error) {
  console.error(error instanceof RangeError || isUsage(error) ? error.message : explainFailure(error));
  process.exit(1);
}

/** What the words of the command line were wrong about. */
function isUsage(error: unknown): error is Error {
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
