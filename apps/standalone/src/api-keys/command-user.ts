import { userInfo } from 'node:os';

/** What a name in the audit log can't have. */
const OUTSIDE = /[^A-Za-z0-9._/@-]/g;
/** Longest part of a user's name that is kept: names in the log have 128 characters, with what stands before it. */
const MAX_LENGTH = 120;

/** Who gives a command at this machine, as the audit log names them: `cli:<user>`; `cli` where the system knows no name. */
export function commandUser(nameOf: () => string = () => userInfo().username): string {
  const name = knownName(nameOf).replaceAll(OUTSIDE, '-').slice(0, MAX_LENGTH);
  return name === '' ? 'cli' : `cli:${name}`;
}

/** A user without an entry of its own, as containers have them, has a number and no name. */
function knownName(nameOf: () => string): string {
  try {
    return nameOf();
  } catch {
    const uid = process.getuid?.();
    return uid === undefined ? '' : String(uid);
  }
}
