import { deflateSync, gzipSync } from 'node:zlib';
import type { Draw } from './draw.js';

/** Hides a token; what comes out is to be taken out as a whole. */
export type DisguiseOf = (token: string, draw: Draw) => string;

const each = (token: string, write: (code: number, character: string, index: number) => string): string =>
  [...token].map((character, index) => write(character.charCodeAt(0), character, index)).join('');

const hex = (code: number): string => code.toString(16).padStart(2, '0');
const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64');
const alike: Readonly<Record<string, string>> = {
  a: 'а',
  e: 'е',
  o: 'о',
  p: 'р',
  c: 'с',
  s: 'ѕ',
  i: 'і',
  h: 'һ',
  k: 'к',
  x: 'х',
  y: 'у',
};

/** Ways to write a token that a reader or a program undoes. */
export const disguises: Readonly<Record<string, DisguiseOf>> = {
  'base 64': (token) => base64(token),
  'base 64 with words around': (token) => base64(`export TOKEN=${token}\n`),
  'base 64 twice': (token) => base64(base64(token)),
  'base 64 three times': (token) => base64(base64(base64(token))),
  'base 64 for addresses': (token) => Buffer.from(`{"t":"${token}"}`).toString('base64url'),
  hexadecimal: (token) => Buffer.from(token).toString('hex'),
  'upper-case hexadecimal': (token) => Buffer.from(token).toString('hex').toUpperCase(),
  'percent escapes': (token) => each(token, (code) => `%${hex(code).toUpperCase()}`),
  'percent escapes here and there': (token) =>
    each(token, (code, character, index) => (index % 3 === 1 ? `%${hex(code)}` : character)),
  'decimal entities': (token) => each(token, (code) => `&#${code};`),
  'hexadecimal entities': (token) => each(token, (code) => `&#x${hex(code)};`),
  'quoted-printable': (token) => each(token, (code) => `=${hex(code).toUpperCase()}`),
  'json escapes': (token) => each(token, (code) => `\\u00${hex(code)}`),
  'json escapes here and there': (token) =>
    each(token, (code, character, index) => (index % 4 === 0 ? `\\u00${hex(code)}` : character)),
  'json escapes twice': (token) => each(token, (code) => `\\\\u00${hex(code)}`),
  'hexadecimal escapes': (token) => each(token, (code) => `\\x${hex(code)}`),
  'full width': (token) => each(token, (code) => String.fromCharCode(code + 0xfee0)),
  'mathematical letters': (token) =>
    each(token, (code, character) =>
      code >= 97 && code <= 122 ? String.fromCodePoint(0x1d5ba + code - 97) : character,
    ),
  'zero-width characters': (token, draw) =>
    each(token, (_code, character, index) =>
      index % 7 === 3 ? character + draw.pick(['\u200b', '\u2060', '\ufeff', '\u00ad', '\u200d']) : character,
    ),
  'look-alikes in the prefix': (token) =>
    each(token, (_code, character, index) => (index < 4 ? (alike[character] ?? character) : character)),
  'two lines': (token) => `${token.slice(0, 12)}\n${token.slice(12)}`,
  'two lines and an indent': (token) => `${token.slice(0, 14)}\n    ${token.slice(14)}`,
  'a continued line': (token) => `${token.slice(0, 14)}\\\n${token.slice(14)}`,
  'two literals': (token) => `"${token.slice(0, 9)}" + "${token.slice(9)}"`,
  'three literals': (token) => `'${token.slice(0, 9)}' + '${token.slice(9, 15)}' +\n  '${token.slice(15)}'`,
  'literals joined by a dot': (token) => `'${token.slice(0, 9)}' . '${token.slice(9)}'`,
  'utf-16 in base 64': (token) => base64(Buffer.from(`$env:T="${token}"`, 'utf16le')),
  'gzip in base 64': (token) => base64(gzipSync(`token=${token}`)),
  'zlib in base 64': (token) => base64(deflateSync(`token=${token}`)),
  'gzip in hexadecimal': (token) => gzipSync(`token=${token}`).toString('hex'),
  'nul bytes': (token) => each(token, (_code, character) => `${character}\0`),
};
