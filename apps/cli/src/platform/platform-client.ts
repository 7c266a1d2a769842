import { parseText } from '@countersign/contracts';
import type { JsonValue } from '@countersign/kernel';
import type { Shell } from '../shell.js';
import { causeOf, UserError } from '../user-error.js';
import { apiKey } from './api-key.js';
import { baseAddress } from './base-address.js';
import { readLines } from './read-lines.js';
import { refusalOf } from './problem-document.js';

/** How long the platform may be silent, in milliseconds. Replays look at a page of decisions between two lines. */
const SILENCE_MS = 60_000;
/** Longest answer, and longest line of a stream, in bytes. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** Speaks to the HTTP API of a platform. Every failure is a `UserError`; none repeats the key. */
export class PlatformClient {
  private constructor(
    private readonly base: URL,
    private readonly key: string | undefined,
    private readonly fetch: typeof globalThis.fetch,
  ) {}

  /** A client for an address, with the key of a file or of the environment. */
  static async to(shell: Shell, url: string, keyFile: string | undefined): Promise<PlatformClient> {
    const key = await apiKey(shell, keyFile);
    return new PlatformClient(baseAddress(url, key !== undefined), key, shell.around.fetch);
  }

  /** Posts a body and gives back the answer's. */
  async post(path: string, body: JsonValue): Promise<JsonValue> {
    return this.exchange(path, body, 'application/json', async (response) => {
      const parsed = parseText(await bytesOf(response), MAX_ANSWER_BYTES);
      if (!parsed.ok) throw new UserError(`the platform's answer can't be read: ${parsed.problem.message}`);
      return parsed.value;
    });
  }

  /** Posts a body and hands over each line of an NDJSON answer as it comes. */
  async postForLines(path: string, body: JsonValue, take: (line: JsonValue) => void): Promise<void> {
    await this.exchange(path, body, 'application/x-ndjson', async (response, heard) => {
      if (!response.body) throw new UserError('the platform answered with nothing');
      for await (const line of readLines(response.body, MAX_ANSWER_BYTES)) {
        heard();
        const parsed = parseText(line.bytes, MAX_ANSWER_BYTES);
        if (!parsed.ok) throw new UserError(`the platform's answer can't be read: ${parsed.problem.message}`);
        take(parsed.value);
      }
    });
  }

  private async exchange<T>(
    path: string,
    body: JsonValue,
    accept: string,
    read: (response: Response, heard: () => void) => Promise<T>,
  ): Promise<T> {
    const aborter = new AbortController();
    const timer = setTimeout(() => aborter.abort(new UserError('the platform does not answer')), SILENCE_MS);
    try {
      const response = await this.fetch(new URL(path, this.base), {
        method: 'POST',
        // A key is for the address that was named, not for where that points.
        redirect: 'error',
        signal: aborter.signal,
        headers: {
          accept: `${accept}, application/problem+json`,
          'content-type': 'application/json',
          ...(this.key !== undefined && { authorization: `Bearer ${this.key}` }),
        },
        body: JSON.stringify(body),
      });
      if (!response.ok) throw refusalOf(response.status, await bytesOf(response));
      return await read(response, () => timer.refresh());
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw new UserError(`the platform at ${this.base.origin} can't be reached (${causeOf(error)})`);
    } finally {
      clearTimeout(timer);
    }
  }
}

async function bytesOf(response: Response): Promise<Uint8Array> {
  return new Uint8Array(await response.arrayBuffer());
}
