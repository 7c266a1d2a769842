import { decodeProtectedHeader } from 'jose';
import { MAX_WARRANT_LENGTH } from './warrant.js';

/** The key that a token says it is signed by, unverified: good for asking for that key, and for nothing else. */
export function kidOf(token: unknown): string | undefined {
  if (typeof token !== 'string' || token.length > MAX_WARRANT_LENGTH) return undefined;
  try {
    const { kid } = decodeProtectedHeader(token);
    return typeof kid === 'string' ? kid : undefined;
  } catch {
    return undefined;
  }
}
