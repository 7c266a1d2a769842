import { existsSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError } from '@countersign/kernel';
import { createKeys, followSecretFile, publicKeyOfSeed, readSecretFile } from '@countersign/messaging';
import { writeSecretFile } from './write-secret-file.js';

/**
 * The files of one broker user in the folder of keys: `<user>.nk`, the secret seed that it signs in with, and
 * `<user>.pub`, the public keys that the broker is to know, one a line. Of an old key that line ends with the time
 * until which it is good. `<user>.next.nk` is there while a new seed is not in use yet.
 */
export class BrokerKeyFiles {
  private readonly seed: string;
  private readonly next: string;
  private readonly pub: string;

  constructor(
    private readonly folder: string,
    user: string,
  ) {
    this.seed = `${user}.nk`;
    this.next = `${user}.next.nk`;
    this.pub = `${user}.pub`;
  }

  get exists(): boolean {
    return existsSync(this.path(this.seed));
  }

  /** Throws `CodedError` `missing_key` or `unsafe_key`. */
  readSeed(): string {
    return readSecretFile(this.path(this.seed));
  }

  /** Reads the seed at each call, as keys rotate. Throws at first, as {@link readSeed}. */
  followSeed(): () => string {
    return followSecretFile(this.path(this.seed));
  }

  /** The public keys that are good at a time, the newest first. Throws `CodedError('missing_key')`. */
  async publicKeys(now: Date): Promise<readonly string[]> {
    const keys = (await this.publicLines())
      .filter(({ until }) => until === undefined || until > now)
      .map(({ key }) => key);
    if (keys.length > 0) return keys;
    throw new CodedError('missing_key', `${this.pub} in ${this.folder} holds no key that is good now`);
  }

  /** Makes the first key. */
  async create(): Promise<void> {
    const { seed, publicKey } = createKeys();
    await writeSecretFile(this.folder, this.pub, publicKey);
    await writeSecretFile(this.folder, this.seed, seed);
  }

  /** Makes a new key that the broker is to know beside the one in use. Begun already: goes on with that. */
  async prepareNext(): Promise<void> {
    if (!existsSync(this.path(this.next))) await writeSecretFile(this.folder, this.next, createKeys().seed);
    const keys = [this.next, this.seed].map((file) => publicKeyOfSeed(readSecretFile(this.path(file))));
    await writeSecretFile(this.folder, this.pub, keys.join('\n'));
  }

  /** Puts the new seed into use. The old key is good until a time. */
  async takeNext(until: Date): Promise<void> {
    const old = publicKeyOfSeed(this.readSeed());
    await rename(this.path(this.next), this.path(this.seed));
    const text = `${publicKeyOfSeed(this.readSeed())}\n${old} ${until.toISOString()}`;
    await writeSecretFile(this.folder, this.pub, text);
  }

  /** Removes every key of the user. */
  async remove(): Promise<void> {
    for (const file of [this.seed, this.next, this.pub]) await rm(this.path(file), { force: true });
  }

  private path(file: string): string {
    return join(this.folder, file);
  }

  private async publicLines(): Promise<{ readonly key: string; readonly until?: Date }[]> {
    let text: string;
    try {
      text = await readFile(this.path(this.pub), 'utf8');
    } catch (cause) {
      throw new CodedError('missing_key', `${this.pub} can't be read in ${this.folder}`, { cause });
    }
    return text
      .trim()
      .split('\n')
      .map((line) => {
        const [key = '', until] = line.trim().split(' ');
        return { key, ...(until === undefined ? {} : { until: new Date(until) }) };
      });
  }
}
