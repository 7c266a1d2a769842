/** Characters that a reader does not see, or that end a text for some programs. */
const HIDDEN = /[\p{C}\p{Default_Ignorable_Code_Point}\u2028\u2029\\]/u;
const OUTSIDE_ASCII = /[^\0-\x7f]/gu;
/** Every character of ASCII that is neither a letter nor a digit. */
const MARK = /[\0-/:-@[-`{-\x7f]/;

/** Why the characters of a text, as it is written or decoded, can't be trusted to say one thing; undefined if they can. */
export function characterFault(text: string): string | undefined {
  if (HIDDEN.test(text)) return 'has a control or hidden character, or a backslash';
  for (const [char] of text.matchAll(OUTSIDE_ASCII)) {
    if (MARK.test(char.normalize('NFKC'))) return 'has a mark such as `/` or `.` in a form outside ASCII';
  }
  return undefined;
}

/** Whether a text has nothing but ASCII, so that no letter in it only looks like another. */
export function isAscii(text: string): boolean {
  return text.search(OUTSIDE_ASCII) < 0;
}
