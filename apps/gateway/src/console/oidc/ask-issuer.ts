import { SignInError, SignInFailure } from './sign-in-error.js';

/** How long an issuer may take to answer, in milliseconds. */
const TIMEOUT_MS = 5_000;
/** Largest answer that is read, in bytes. */
const MAX_BYTES = 256 * 1024;

/** What an issuer answered: its status, and the members of its JSON. */
export interface IssuerAnswer {
  readonly status: number;
  readonly members: Readonly<Record<string, unknown>>;
}

/** Asks an issuer, following nothing and reading no more than fits. Throws {@link SignInError} `unavailable`. */
export async function askIssuer(url: string, init: RequestInit = {}): Promise<IssuerAnswer> {
  try {
    const response = await fetch(url, {
      ...init,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: { accept: 'application/json', ...(init.headers as Readonly<Record<string, string>>) },
    });
    const members: unknown = JSON.parse(await textOf(response));
    if (typeof members !== 'object' || members === null || Array.isArray(members))
      throw new Error('the answer is no object');
    return { status: response.status, members: members as Readonly<Record<string, unknown>> };
  } catch (cause) {
    throw new SignInError(SignInFailure.Unavailable, 'the issuer does not answer as it should', { cause });
  }
}

async function textOf(response: Response): Promise<string> {
  const body: AsyncIterable<Uint8Array> | null = response.body;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size > MAX_BYTES) throw new Error(`the answer is larger than ${MAX_BYTES} bytes`);
  }
  return Buffer.concat(chunks).toString();
}
