import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brokerUsers, checkTopology, SERVICES, type Service, type Topology } from '@countersign/contracts';
import { CodedError } from '@countersign/kernel';
import { createKeys } from '@countersign/messaging';
import { roleOf } from '@countersign/persistence';
import { parse } from 'yaml';

const FINGERPRINT_KEY = 'fingerprint';
const QUARANTINE_KEY = 'quarantine';
const ADMIN_PASSWORD = 'admin';

/** Reads `platform.yaml`: producers and pools. Throws with what is wrong in it. */
export async function readTopology(file: string): Promise<Topology> {
  const value: unknown = parse(await readFile(file, 'utf8'));
  if (typeof value !== 'object' || value === null)
    throw new CodedError('invalid_config', `${file} holds no mapping`);
  const { producers, pools, ...rest } = value as { producers?: unknown; pools?: unknown };
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined)
    throw new CodedError('invalid_config', `${file}: the key ${unknown} is not known`);
  const isText = (item: unknown): item is string => typeof item === 'string';
  const isTexts = (items: unknown): items is string[] => Array.isArray(items) && items.every(isText);
  const list = (items: unknown, key: string) => {
    if (!Array.isArray(items)) throw new CodedError('invalid_config', `${file}: ${key} is not a list`);
    return items as Record<string, unknown>[];
  };
  return checkTopology({
    producers: list(producers, 'producers').map(({ name, tenant, agents }) => {
      if (!isText(name) || !isText(tenant) || !isTexts(agents))
        throw new CodedError('invalid_config', `${file}: a producer needs name, tenant and agents`);
      return { name, tenant, agents };
    }),
    pools: list(pools, 'pools').map(({ name, topics }) => {
      if (!isText(name) || !isTexts(topics))
        throw new CodedError('invalid_config', `${file}: a pool needs name and topics`);
      return { name, topics };
    }),
  });
}

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
    return this.read(`${user}.nk`);
  }

  /** The public nkey of a broker user. */
  publicKeyOf(user: string): Promise<string> {
    return this.read(`${user}.pub`);
  }

  /** The password of a service's database role. */
  passwordOf(service: Service): Promise<string> {
    return this.read(`${roleOf(service)}.password`);
  }

  /** The password of the database administrator, who only migrates. */
  adminPassword(): Promise<string> {
    return this.read(`${ADMIN_PASSWORD}.password`);
  }

  /** The 32-byte keys for fingerprints and for the quarantine. */
  async secrets(): Promise<{ fingerprintKey: Buffer; quarantineKey: Buffer }> {
    const [fingerprint, quarantine] = await Promise.all([
      this.read(`${FINGERPRINT_KEY}.key`),
      this.read(`${QUARANTINE_KEY}.key`),
    ]);
    return {
      fingerprintKey: Buffer.from(fingerprint, 'base64'),
      quarantineKey: Buffer.from(quarantine, 'base64'),
    };
  }

  private async complete(topology: Topology): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    await chmod(this.path, 0o700);
    for (const user of ['sys', ...brokerUsers(topology).map((u) => u.name)]) {
      if (existsSync(join(this.path, `${user}.nk`))) continue;
      const { seed, publicKey } = createKeys();
      await this.write(`${user}.pub`, publicKey);
      await this.write(`${user}.nk`, seed);
    }
    const password = () => randomBytes(24).toString('base64url');
    const key = () => randomBytes(32).toString('base64');
    for (const name of [ADMIN_PASSWORD, ...SERVICES.map(roleOf)])
      await this.ensure(`${name}.password`, password);
    for (const name of [FINGERPRINT_KEY, QUARANTINE_KEY]) await this.ensure(`${name}.key`, key);
  }

  private async ensure(file: string, make: () => string): Promise<void> {
    if (!existsSync(join(this.path, file))) await this.write(file, make());
  }

  private async write(file: string, text: string): Promise<void> {
    await writeFile(join(this.path, file), text, { mode: 0o600 });
  }

  private async read(file: string): Promise<string> {
    const known = this.texts.get(file);
    if (known !== undefined) return known;
    try {
      const text = (await readFile(join(this.path, file), 'utf8')).trim();
      this.texts.set(file, text);
      return text;
    } catch (cause) {
      throw new CodedError(
        'missing_key',
        `the key file ${file} can't be read in ${this.path}; the setup step makes it`,
        { cause },
      );
    }
  }
}
