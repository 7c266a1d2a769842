import { createHmac } from 'node:crypto';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Service } from '@countersign/contracts';
import { CodedError } from '@countersign/kernel';
import type { Sql } from '@countersign/persistence';
import { PLATFORM_CONFIG, Road, roadOf, type PlatformConfig } from '@countersign/service-kit';

/** AES-256. */
const KEY_BYTES = 32;

/** Tells keys apart without saying anything of them. */
export function checkValueOf(key: Uint8Array): string {
  return createHmac('sha256', key).update('countersign quarantine key').digest('hex').slice(0, 32);
}

/**
 * Compares the key with the one that results are sealed with, and takes it over where none are. A result sealed under
 * another key would be withheld although a reviewer released it, so a wrong key is found at start.
 *
 * @throws CodedError `bad_quarantine_key` for another length, `wrong_quarantine_key` when results wait under another key
 */
export async function checkQuarantineKey(sql: Sql, key: Uint8Array): Promise<void> {
  if (key.length !== KEY_BYTES)
    throw new CodedError(
      'bad_quarantine_key',
      `the quarantine key has ${key.length} bytes instead of ${KEY_BYTES}`,
    );
  const own = checkValueOf(key);
  await sql.query('INSERT INTO quarantine_key (id, check_value) VALUES (1, $1) ON CONFLICT DO NOTHING', [
    own,
  ]);
  const [known] = await sql.query<{ check_value: string }>(
    'SELECT check_value FROM quarantine_key WHERE id = 1 FOR UPDATE',
  );
  if (known?.check_value === own) return;
  const [waiting] = await sql.query<{ count: number }>(
    'SELECT (SELECT count(*) FROM quarantine) + (SELECT count(*) FROM blob_scans) AS count',
  );
  const count = Number(waiting?.count ?? 0);
  if (count > 0)
    throw new CodedError(
      'wrong_quarantine_key',
      `${count} results are sealed with another quarantine key: put the file quarantine.key back, or end their reviews first`,
    );
  await sql.query('UPDATE quarantine_key SET check_value = $1 WHERE id = 1', [own]);
}

/** Looks at the key before anything is read from the bus. */
@Injectable()
export class QuarantineKeyCheck implements OnModuleInit {
  constructor(
    @Inject(roadOf(Service.OutputScanner)) private readonly road: Road,
    @Inject(PLATFORM_CONFIG) private readonly config: PlatformConfig,
  ) {}

  onModuleInit(): Promise<void> {
    return this.road.run((work) => checkQuarantineKey(work, this.config.secrets.quarantineKey));
  }
}
