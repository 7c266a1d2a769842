import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Why a file was not read. */
export const TextFault = { NotAFile: 'not_a_file', TooLarge: 'too_large', NotText: 'not_text' } as const;
export type TextFault = (typeof TextFault)[keyof typeof TextFault];

export type TextReading =
  | { readonly ok: true; readonly text: string; readonly bytes: number }
  | { readonly ok: false; readonly fault: TextFault };

/**
 * Reads a regular file of at most so many bytes as UTF-8. What is looked at is what is read: by one handle. Throws what
 * the operating system says when it can't be opened or read.
 */
export async function readText(path: string, maxBytes: number): Promise<TextReading> {
  // Without waiting: opening a pipe would wait for somebody to write into it.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) return { ok: false, fault: TextFault.NotAFile };
    if (stats.size > maxBytes) return { ok: false, fault: TextFault.TooLarge };
    const bytes = await file.readFile();
    // It may have grown meanwhile.
    if (bytes.byteLength > maxBytes) return { ok: false, fault: TextFault.TooLarge };
    const text = decoded(bytes);
    if (text === undefined) return { ok: false, fault: TextFault.NotText };
    return { ok: true, text, bytes: bytes.byteLength };
  } finally {
    await file.close();
  }
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    // A fatal decoder throws for one reason only: the bytes are not UTF-8.
    return undefined;
  }
}
