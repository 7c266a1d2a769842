import { writeFile } from 'node:fs/promises';
import { brokerUsers, CORE_ACCOUNT, MAX_PAYLOAD_BYTES, type Topology } from '@countersign/contracts';
import type { KeyFolder } from '@countersign/service-kit';

/** Writes the configuration of a broker on which all users are in one account and may do everything. */
export async function writeOpenBrokerConfig(
  file: string,
  topology: Topology,
  keys: KeyFolder,
  at: { readonly host: string; readonly port: number; readonly storeDir: string },
): Promise<void> {
  const publicKeys = await keys.publicKeys(topology);
  const users = brokerUsers(topology)
    .flatMap(({ name }) => publicKeys.get(name) ?? [])
    .map((nkey) => `{ nkey: ${nkey} }`);
  const text = `listen: ${JSON.stringify(`${at.host}:${at.port}`)}
server_name: countersign
max_payload: ${MAX_PAYLOAD_BYTES}
jetstream { store_dir: ${JSON.stringify(at.storeDir)} }
accounts {
  ${CORE_ACCOUNT} { jetstream: enabled, users: [${users.join(', ')}] }
}
`;
  await writeFile(file, text, { mode: 0o600 });
}
