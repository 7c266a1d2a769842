import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  brokerUsers,
  parseSealKeys,
  RESPONDERS,
  Service,
  SERVICES,
  SYSTEM_USER,
  type SealKeys,
  type Topology,
} from '@countersign/contracts';
import { readSecretFile } from '@countersign/messaging';
import { apiRoleOf, roleOf } from '@countersign/persistence';
import { BrokerKeyFiles } from './broker-key-files.js';
import type { PlatformConfig } from './tokens.js';
import { newWarrantKeys, readWarrantKeys, rotateWarrantKeys, WARRANT_KEYS_FILE } from './warrant-key-file.js';
import { writeSecretFile } from './write-secret-file.js';

const FINGERPRINT_KEY = 'fingerprint';
const QUARANTINE_KEY = 'quarantine';
const DECISION_SEAL_KEY = 'decision-seal';
const APPROVAL_SEAL_KEY = 'approval-seal';
/** Names of the files of 32-byte keys, without their `.key`. */
const SYMMETRIC_KEYS = [FINGERPRINT_KEY, QUARANTINE_KEY, DECISION_SEAL_KEY, APPROVAL_SEAL_KEY];
const ADMIN_PASSWORD = 'admin';

/** Whether a service answers requests that callers of the API make, for which it has a database role of its own. */
function answersCallers(service: Service): boolean {
  const asked = RESPONDERS.filter((responder) => responder.callers.includes(Service.Gateway));
  return service === Service.Gateway || asked.some((responder) => responder.service === service);
}

/** The database roles of a service: its own, and that for callers' requests where it answers any. */
export function databaseRolesOf(service: Service): readonly string[] {
  return [roleOf(service), ...(answersCallers(service) ? [apiRoleOf(service)] : [])];
}

const PASSWORDS = [ADMIN_PASSWORD, ...SERVICES.flatMap(databaseRolesOf)];
const brokerNames = (topology: Topology) => [SYSTEM_USER, ...brokerUsers(topology).map((user) => user.name)];

/** The folder of keys: one file each, readable by its owner alone. Made at the first start, or mounted. */
export class KeyFolder {
  private readonly texts = new Map<string, string>();

  private constructor(readonly path: string) {}

  /** Opens the folder; with `topology`, makes what is missing in it. */
  static async open(path: string, topology?: Topology): Promise<KeyFolder> {
    const folder = new KeyFolder(path);
    if (topology) await folder.complete(topology);
    return folder;
  }

  /** The nkey seed of a broker user. */
  seedOf(user: string): Promise<string> {
    // Never remembered: keys rotate.
    return Promise.resolve().then(() => this.keysOf(user).readSeed());
  }

  /** Reads the seed of a broker user at each call, as keys rotate. */
  followSeedOf(user: string): () => string {
    return this.keysOf(user).followSeed();
  }

  /** The key files of a broker user. */
  keysOf(user: string): BrokerKeyFiles {
    return new BrokerKeyFiles(this.path, user);
  }

  /** The public nkeys that the broker is to know for each user of a topology. */
  async publicKeys(topology: Topology): Promise<ReadonlyMap<string, readonly string[]>> {
    const now = new Date();
    const users = brokerNames(topology);
    return new Map(
      await Promise.all(users.map(async (user) => [user, await this.keysOf(user).publicKeys(now)] as const)),
    );
  }

  /** The password of a service's own database role. */
  passwordOf(service: Service): Promise<string> {
    return this.rolePassword(roleOf(service));
  }

  /** The password of one of {@link databaseRolesOf}. */
  rolePassword(role: string): Promise<string> {
    return this.read(`${role}.password`);
  }

  /** The password of the database administrator, who only migrates. */
  adminPassword(): Promise<string> {
    return this.read(`${ADMIN_PASSWORD}.password`);
  }

  /**
   * Makes the next warrant key the one that signs. The scheduler takes it up within seconds, and workers know it by
   * then. With `revoke` the key before is told to nobody any more.
   */
  rotateWarrantKeys(options: { readonly revoke?: boolean } = {}): Promise<void> {
    return rotateWarrantKeys(this.path, options);
  }

  /** The 32-byte keys for fingerprints and for the quarantine, and how those are read that not every process has. */
  async secrets(): Promise<PlatformConfig['secrets']> {
    const [fingerprint, quarantine] = await Promise.all([
      this.read(`${FINGERPRINT_KEY}.key`),
      this.read(`${QUARANTINE_KEY}.key`),
    ]);
    return {
      fingerprintKey: Buffer.from(fingerprint, 'base64'),
      quarantineKey: Buffer.from(quarantine, 'base64'),
      warrantKeys: () => readWarrantKeys(this.path),
      decisionSealKeys: () => this.sealKeys(DECISION_SEAL_KEY),
      approvalSealKeys: () => this.sealKeys(APPROVAL_SEAL_KEY),
    };
  }

  private async complete(topology: Topology): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    // A mounted folder can't be changed, and needs no change when it is as it should be.
    if (((await stat(this.path)).mode & 0o077) !== 0 && !this.isComplete(topology))
      await chmod(this.path, 0o700);
    for (const user of brokerNames(topology)) {
      const keys = this.keysOf(user);
      if (!keys.exists) await keys.create();
    }
    const password = () => randomBytes(24).toString('base64url');
    const key = () => randomBytes(32).toString('base64');
    for (const name of PASSWORDS) await this.ensure(`${name}.password`, password);
    for (const name of SYMMETRIC_KEYS) await this.ensure(`${name}.key`, key);
    await this.ensure(WARRANT_KEYS_FILE, newWarrantKeys);
  }

  private isComplete(topology: Topology): boolean {
    return [
      ...brokerNames(topology).map((user) => `${user}.nk`),
      ...PASSWORDS.map((name) => `${name}.password`),
      ...SYMMETRIC_KEYS.map((name) => `${name}.key`),
      WARRANT_KEYS_FILE,
    ].every((file) => existsSync(join(this.path, file)));
  }

  private async ensure(file: string, make: () => string | Promise<string>): Promise<void> {
    if (!existsSync(join(this.path, file))) await writeSecretFile(this.path, file, await make());
  }

  private sealKeys(name: string): SealKeys {
    return parseSealKeys(readSecretFile(join(this.path, `${name}.key`)));
  }

  private read(file: string): Promise<string> {
    return Promise.resolve().then(() => {
      const text = this.texts.get(file) ?? readSecretFile(join(this.path, file));
      this.texts.set(file, text);
      return text;
    });
  }
}
