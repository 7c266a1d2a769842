import { digitsOf, isDay, isOneDigit, passesLuhn, weighted } from './checksums.js';
import type { IdCheck } from './national-ids.js';

/** Brazil, people. */
export const isCpf: IdCheck = (written) => {
  const digits = digitsOf(written);
  const first = ((weighted(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11) % 10;
  const second = ((weighted(digits, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11) % 10;
  return first === digits[9] && second === digits[10] && !isOneDigit(written);
};

/** Brazil, companies. */
export const isCnpj: IdCheck = (written) => {
  const digits = digitsOf(written);
  const check = (sum: number) => (sum % 11 < 2 ? 0 : 11 - (sum % 11));
  const first = check(weighted(digits, [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]));
  return (
    first === digits[12] && check(weighted(digits, [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2])) === digits[13]
  );
};

/** France: the last two digits are 97 less the number mod 97; Corsica counts as 19 and 18. */
export const isNir: IdCheck = (written) => {
  const plain = written
    .replace(/[^0-9AB]/gi, '')
    .toUpperCase()
    .replace('2A', '19')
    .replace('2B', '18');
  return 97 - Number(BigInt(plain.slice(0, 13)) % 97n) === Number(plain.slice(13));
};

/** Netherlands. */
export const isBsn: IdCheck = (written) =>
  weighted(digitsOf(written), [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0 && !isOneDigit(written);

/** Belgium: the last two digits check the nine before them, with a 2 put first for people born after 1999. */
export const isBelgianId: IdCheck = (written) => {
  const plain = written.replace(/\D/g, '');
  const check = Number(plain.slice(9));
  return [plain.slice(0, 9), `2${plain.slice(0, 9)}`].some((number) => 97 - (Number(number) % 97) === check);
};

/** Switzerland: a thirteen-digit article number that begins with 756. */
export const isAhv: IdCheck = (written) => {
  const digits = digitsOf(written);
  return (10 - (weighted(digits, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]) % 10)) % 10 === digits[12];
};

/** Norway. */
export const isFodselsnummer: IdCheck = (written) => {
  const digits = digitsOf(written);
  const check = (sum: number) => (11 - (sum % 11)) % 11;
  return (
    check(weighted(digits, [3, 7, 6, 1, 8, 9, 4, 5, 2])) === digits[9] &&
    check(weighted(digits, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2])) === digits[10]
  );
};

/** Denmark: a date; the check digit is no longer kept. */
export const isCpr: IdCheck = (written) => isDay(Number(written.slice(2, 4)), Number(written.slice(0, 2)));

/** China: a date and a check character mod 11. */
export const isChineseId: IdCheck = (written) => {
  const sum = weighted(digitsOf(written.slice(0, 17)), [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
  return (
    '10X98765432'[sum % 11] === written.at(-1)?.toUpperCase() &&
    isDay(Number(written.slice(10, 12)), Number(written.slice(12, 14)))
  );
};

/** Italy, value added tax: Luhn over eleven digits. */
export const isPartitaIva: IdCheck = (written) => passesLuhn(written) && !isOneDigit(written);

/** Ireland: the letter after seven digits is their weighted sum mod 23. */
export const isPps: IdCheck = (written) => {
  const plain = written.toUpperCase();
  const extra = plain.length > 8 && plain.charAt(8) !== 'W' ? (plain.charCodeAt(8) - 64) * 9 : 0;
  const sum = weighted(digitsOf(plain.slice(0, 7)), [8, 7, 6, 5, 4, 3, 2]) + extra;
  return 'WABCDEFGHIJKLMNOPQRSTUV'[sum % 23] === plain.charAt(7);
};

/** New Zealand bank-style weighted check of the tax number. */
export const isIrd: IdCheck = (written) => {
  const digits = digitsOf(written.replace(/\D/g, '').padStart(9, '0'));
  const rest = (weights: readonly number[]) => (11 - (weighted(digits, weights) % 11)) % 11;
  const first = rest([3, 2, 7, 6, 5, 4, 3, 2]);
  return (first === 10 ? rest([7, 4, 3, 2, 5, 2, 7, 6]) : first) === digits[8];
};

/** Seven digits at least, so that no word or year passes. */
export const hasSixDigits: IdCheck = (written) => digitsOf(written).length >= 6 && !isOneDigit(written);
