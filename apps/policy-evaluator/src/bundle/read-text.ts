import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { BundleProblemCode } from './bundle.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });

export type TextReading =
  | { readonly ok: true; readonly text: string; readonly bytes: number }
  | { readonly ok: false; readonly code: BundleProblemCode; readonly message: string };

/** Reads a regular file of at most so many bytes as UTF-8. What is looked at is what is read: by one handle. */
export async function readText(path: string, maxBytes: number): Promise<TextReading> {
  let file: FileHandle | undefined;
  try {
    // Without waiting: opening a pipe would wait for somebody to write into it.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = await file.stat();
    if (!stats.isFile()) return refuse(BundleProblemCode.NotAFile, 'it is not a file');
    if (stats.size > maxBytes) return refuse(BundleProblemCode.TooLarge, 'the bundle is too large');
    const bytes = await file.readFile();
    if (bytes.byteLength > maxBytes) return refuse(BundleProblemCode.TooLarge, 'the bundle is too large');
    return { ok: true, text: utf8.decode(bytes), bytes: bytes.byteLength };
  } catch (error) {
    if (error instanceof TypeError) return refuse(BundleProblemCode.NotText, 'it is not UTF-8');
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return refuse(BundleProblemCode.Unreadable, `it can't be read (${code})`);
  } finally {
    await file?.close();
  }
}

function refuse(code: BundleProblemCode, message: string): TextReading {
  return { ok: false, code, message };
}
