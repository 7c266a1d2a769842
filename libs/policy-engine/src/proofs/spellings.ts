import { chance, oneOf, type Draw } from './draw.js';

const INVISIBLE = ['\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u00ad', '\u202e'] as const;
const HIDDEN = [...INVISIBLE, '\ufe0f', '\u{e0100}', '\u034f', '\u3164', '\0'] as const;
/** Letters of other scripts that look like the ones of a name. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  a: '\u0430',
  c: '\u0441',
  e: '\u0435',
  i: '\u0456',
  o: '\u03bf',
  p: '\u0440',
  s: '\u0455',
  x: '\u0445',
  y: '\u0443',
  d: '\u0501',
  '-': '\u2010',
  '.': '\u2024',
  '/': '\u2215',
};

/** Addresses that are no other than the same without them. */
const BEFORE = ['', '', '', 'https://', 'http://', 'ssh://git@'] as const;
const PORTS = ['', '', '', ':443', ':80', ':22', ':9418', ':0443', ':', '.'] as const;

/**
 * The name of a resource as somebody would write it who wants it to be read as another and understood as the same: other
 * letter cases and widths (of slashes too), ports, hidden characters and look-alikes of other scripts.
 */
export function rewritten(draw: Draw, name: string): string {
  const foreign = chance(draw, 30);
  const spelled = [...name].map((char) => {
    const code = char.charCodeAt(0);
    if (chance(draw, 15)) return char.toUpperCase();
    if (chance(draw, char === '/' ? 3 : 8)) return String.fromCharCode(code + 0xfee0);
    if (foreign && chance(draw, 10)) return LOOK_ALIKES[char] ?? char;
    return chance(draw, 2) ? oneOf(draw, HIDDEN) + char : char;
  });
  const slash = spelled.indexOf('/');
  if (slash > 0) spelled.splice(slash, 0, oneOf(draw, PORTS));
  return oneOf(draw, BEFORE) + spelled.join('');
}

/** Another way to write one character: all of them are the same name to somebody. */
function otherSpelling(draw: Draw, char: string): string {
  const code = char.charCodeAt(0);
  switch (draw(4)) {
    case 0:
      return char.toUpperCase() === char ? char + oneOf(draw, HIDDEN) : char.toUpperCase();
    case 1:
      return oneOf(draw, HIDDEN) + char;
    case 2:
      return LOOK_ALIKES[char] ?? String.fromCharCode(code + 0xfee0);
    default:
      // The full-width forms, which NFKC takes back.
      return code > 0x20 && code < 0x7f ? String.fromCharCode(code + 0xfee0) : char.toUpperCase();
  }
}

/** A name with one to three of its characters written in another way: case, hidden characters, look-alikes, NFKC. */
export function respelled(draw: Draw, name: string): string {
  const chars = [...name];
  for (let changes = 1 + draw(3); changes > 0; changes--) {
    const at = draw(chars.length);
    chars[at] = otherSpelling(draw, chars[at] ?? '');
  }
  const spelled = chars.join('');
  if (spelled !== name) return spelled;
  return name.toUpperCase();
}

/** The same place, in the ways in which clients write addresses. */
export function respelledAddress(draw: Draw, host: string, path: string): string {
  const scheme = oneOf(draw, [
    '',
    'https://',
    'http://',
    'HTTPS://',
    'git://',
    'ssh://',
    'git+ssh://',
    'https:///',
  ]);
  const user = scheme !== '' && chance(draw, 30) ? oneOf(draw, ['git@', 'me:secret@', 'github.com@']) : '';
  const port = scheme === 'https://' && chance(draw, 30) ? ':443' : '';
  const dot = scheme !== '' && chance(draw, 15) ? '.' : '';
  const spelledHost = [...host].map((char) => (chance(draw, 20) ? char.toUpperCase() : char)).join('');
  const spelledPath = [...path]
    .map((char) => {
      if (char === '/') return oneOf(draw, ['/', '/', '/', '//', '/./']);
      if (chance(draw, 12)) return `%${char.charCodeAt(0).toString(16)}`;
      if (chance(draw, 5)) return String.fromCharCode(char.charCodeAt(0) + 0xfee0);
      return chance(draw, 20) ? char.toUpperCase() : char;
    })
    .join('');
  const end = oneOf(draw, ['', '/', '.git', '.git/', '.GIT', '?x=1', '#readme', '//', '/.']);
  if (scheme === '' && chance(draw, 20))
    return `git@${spelledHost}:${spelledPath.replace(/^[/.]+/, '')}${end}`;
  return `${scheme}${user}${spelledHost}${dot}${port}${spelledPath}${end}`;
}
