import { constants } from 'node:fs';
import { open, realpath, type FileHandle } from 'node:fs/promises';
import { isAbsolute, resolve, sep } from 'node:path';
import { CodedError } from '@countersign/kernel';

/** Largest file that is read, in bytes (256 KiB): what fits a result with room for escapes. */
export const MAX_FILE_BYTES = 256 * 1024;

/**
 * Reads a text file of a workspace by its relative path. The file must lie inside after all links are resolved.
 * Throws a {@link CodedError}: `path_outside`, `file_not_found`, `not_a_file`, `file_too_large`.
 */
export async function readWorkspaceFile(root: string, path: string): Promise<string> {
  if (path === '' || path.includes('\0') || isAbsolute(path))
    throw new CodedError('path_outside', 'the path must be a relative one inside the workspace');
  const top = await realpath(root);
  // Checked before resolving links too, so that the answer does not tell which files exist outside.
  const wanted = resolve(top, path);
  if (!isInside(top, wanted)) throw outside();
  const real = await resolved(wanted);
  if (!isInside(top, real)) throw outside();
  const handle = await opened(real);
  try {
    // A directory on the way may have become a link since: what was opened decides, not what was looked at.
    if (!(await isStill(handle, top, real))) throw outside();
    return await textOf(handle);
  } finally {
    await handle.close();
  }
}

async function resolved(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (cause) {
    throw notFound(cause);
  }
}

async function opened(path: string): Promise<FileHandle> {
  try {
    // NONBLOCK: opening a pipe must not wait for its writer.
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    throw notFound(cause);
  }
}

async function isStill(handle: FileHandle, top: string, path: string): Promise<boolean> {
  const now = await resolved(path);
  if (now !== path || !isInside(top, now)) return false;
  const again = await opened(now);
  try {
    const [a, b] = await Promise.all([handle.stat({ bigint: true }), again.stat({ bigint: true })]);
    return a.dev === b.dev && a.ino === b.ino;
  } finally {
    await again.close();
  }
}

async function textOf(handle: FileHandle): Promise<string> {
  if (!(await handle.stat()).isFile()) throw new CodedError('not_a_file', 'the path does not name a file');
  const buffer = Buffer.alloc(MAX_FILE_BYTES + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length);
    length += bytesRead;
    if (length > MAX_FILE_BYTES)
      throw new CodedError('file_too_large', `the file is larger than ${MAX_FILE_BYTES} bytes`);
    if (bytesRead === 0) return buffer.toString('utf8', 0, length);
  }
}

const isInside = (top: string, path: string) => path.startsWith(top.endsWith(sep) ? top : top + sep);
const outside = () => new CodedError('path_outside', 'the path leads out of the workspace');
const notFound = (cause: unknown) => new CodedError('file_not_found', 'there is no such file', { cause });
