import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * Makes the workspace that files are read from, with `notes/.env` in it: settings with a planted access key that opens
 * nothing, drawn anew for each workspace. It shows that what an agent reads is redacted before it is released.
 */
export async function seedWorkspace(root: string): Promise<void> {
  await mkdir(join(root, 'notes'), { recursive: true, mode: 0o700 });
  const key = `AKIA${[...randomBytes(16)].map((byte) => BASE32[byte & 31]).join('')}`;
  try {
    await writeFile(join(root, 'notes', '.env'), `REGION=eu-central-1\nAWS_ACCESS_KEY_ID=${key}\n`, {
      flag: 'wx',
      mode: 0o600,
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
