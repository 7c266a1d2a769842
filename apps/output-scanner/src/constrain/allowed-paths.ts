/** Longest path that is compared. */
const MAX_PATH_LENGTH = 4096;

/**
 * The one spelling of a path that is compared: without `.` and doubled slashes. Undefined when it may lead elsewhere
 * than it says: `..`, backslashes, hidden characters, an encoded dot or slash, a home folder.
 */
export function plainPath(path: string): string | undefined {
  if (path === '' || path.length > MAX_PATH_LENGTH) return undefined;
  if (/\\|\p{C}|%(?:2e|2f|5c)/iu.test(path) || path.startsWith('~')) return undefined;
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (segments.includes('..')) return undefined;
  return path.startsWith('/') ? `/${segments.join('/')}` : segments.join('/') || '.';
}

/**
 * Whether a path is one of those allowed or beneath one, as the policy reads them: `/` stands for every absolute path,
 * `.` for every relative one, which begins at the folder of the run.
 */
export function isPathAllowed(path: string, allowed: readonly string[]): boolean {
  const plain = plainPath(path);
  return plain !== undefined && allowed.some((root) => isBeneath(plain, plainPath(root)));
}

function isBeneath(path: string, root: string | undefined): boolean {
  if (root === undefined) return false;
  if (root === '.') return !path.startsWith('/');
  return path === root || path.startsWith(root.endsWith('/') ? root : `${root}/`);
}
