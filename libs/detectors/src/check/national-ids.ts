import validator from 'validator';
import {
  digitsOf,
  isDay,
  isOneDigit,
  isShortDate,
  passesLuhn,
  passesMod1110,
  passesVerhoeff,
  weighted,
} from './checksums.js';

/** Whether a written id passes the check of its country. Separators do not matter. */
export type IdCheck = (written: string) => boolean;

/** United States: areas 000, 666 and 900-999, group 00 and serial 0000 are never issued. */
export const isSsn: IdCheck = (written) => {
  const digits = written.replace(/\D/g, '');
  return (
    /^(?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4}$/.test(digits) &&
    !isOneDigit(digits) &&
    digits !== '123456789' &&
    digits !== '078051120'
  );
};

/** United States, taxpayers without a social security number. */
export const isItin: IdCheck = (written) =>
  /^9\d\d(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])\d{4}$/.test(written.replace(/\D/g, ''));

/** United States health providers: Luhn with the prefix 80840. */
export const isNpi: IdCheck = (written) => passesLuhn(`80840${written}`);

/** United States Drug Enforcement Administration. */
export const isDea: IdCheck = (written) => {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, check = -1] = digitsOf(written.slice(2));
  return (a + c + e + 2 * (b + d + f)) % 10 === check;
};

/** United States bank routing. */
export const isAba: IdCheck = (written) => validator.isAbaRouting(written.replace(/\D/g, ''));

/** England: weights ten to two, mod 11. */
export const isNhs: IdCheck = (written) => {
  const digits = digitsOf(written);
  const rest = (11 - (weighted(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 11;
  return rest !== 10 && rest === digits[9] && !isOneDigit(written);
};

/** United Kingdom: prefixes that are never given out. */
export const isNino: IdCheck = (written) => !/^(?:BG|GB|NK|KN|TN|NT|ZZ)/i.test(written);

const dniLetters = 'TRWAGMYFPDXBNJZSQVHLCKE';

/** Spain, citizens and foreigners: the last letter is the number mod 23. */
export const isNif: IdCheck = (written) => {
  const plain = written.replace(/[^0-9A-Z]/gi, '').toUpperCase();
  const number = plain.slice(0, -1).replace(/^[XYZ]/, (letter) => String('XYZ'.indexOf(letter)));
  return dniLetters[Number(number) % 23] === plain.at(-1);
};

const fiscalOdd =
  '1 0 5 7 9 13 15 17 19 21 1 0 5 7 9 13 15 17 19 21 2 4 18 20 11 3 6 8 12 14 16 10 22 25 24 23'
    .split(' ')
    .map(Number);
const fiscalAlphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Italy: the last letter checks the fifteen characters before it. */
export const isFiscalCode: IdCheck = (written) => {
  const plain = written.toUpperCase();
  let sum = 0;
  for (let i = 0; i < 15; i++) {
    const at = fiscalAlphabet.indexOf(plain.charAt(i));
    sum += i % 2 === 0 ? (fiscalOdd[at] ?? 0) : at < 10 ? at : at - 10;
  }
  return plain.charCodeAt(15) - 65 === sum % 26;
};

/** Poland. */
export const isPesel: IdCheck = (written) => {
  const digits = digitsOf(written);
  return (
    (10 - (weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10 === digits[10] && !isOneDigit(written)
  );
};

/** Germany: the first digit is not 0. */
export const isGermanTaxId: IdCheck = (written) => /^[1-9]/.test(written) && passesMod1110(written);

const hetuLetters = '0123456789ABCDEFHJKLMNPRSTUVWXY';

/** Finland: day, month, year and a check character mod 31. */
export const isHetu: IdCheck = (written) => {
  const digits = written.slice(0, 6) + written.slice(7, 10);
  return (
    isDay(Number(written.slice(2, 4)), Number(written.slice(0, 2))) &&
    hetuLetters[Number(digits) % 31] === written.charAt(10).toUpperCase()
  );
};

/** Sweden: a date and Luhn over the last ten digits. */
export const isPersonnummer: IdCheck = (written) => {
  const digits = written.replace(/\D/g, '').slice(-10);
  const day = Number(digits.slice(4, 6));
  return isDay(Number(digits.slice(2, 4)), day > 60 ? day - 60 : day) && passesLuhn(digits);
};

/** Canada. */
export const isSin: IdCheck = (written) =>
  passesLuhn(written) && !/^[08]/.test(written) && !isOneDigit(written);

/** Australia, tax file. */
export const isTfn: IdCheck = (written) =>
  weighted(digitsOf(written), [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0 && !isOneDigit(written);

/** Australia, business. */
export const isAbn: IdCheck = (written) => {
  const [first = 0, ...rest] = digitsOf(written);
  return weighted([first - 1, ...rest], [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]) % 89 === 0;
};

/** Australia, company. */
export const isAcn: IdCheck = (written) => {
  const digits = digitsOf(written);
  return (10 - (weighted(digits, [8, 7, 6, 5, 4, 3, 2, 1]) % 10)) % 10 === digits[8];
};

/** Australia, medicare card. */
export const isAustralianMedicare: IdCheck = (written) => {
  const digits = digitsOf(written);
  return weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === digits[8];
};

/** India. */
export const isAadhaar: IdCheck = (written) => passesVerhoeff(written) && !isOneDigit(written);

/** Singapore. */
export const isNric: IdCheck = (written) => {
  const plain = written.toUpperCase();
  const first = plain.charAt(0);
  const offset = 'TG'.includes(first) ? 4 : first === 'M' ? 3 : 0;
  const rest = (weighted(digitsOf(plain.slice(1, 8)), [2, 7, 6, 5, 4, 3, 2]) + offset) % 11;
  const letters = 'ST'.includes(first) ? 'JZIHGFEDCBA' : first === 'M' ? 'KLJNPQRTUWX' : 'XWUTRQPNMLK';
  return letters[first === 'M' ? 10 - rest : rest] === plain.at(-1);
};

/** South Korea: a date, and a check digit in numbers given out before October 2020. */
export const isRrn: IdCheck = (written) => {
  const digits = digitsOf(written);
  const check = (11 - (weighted(digits, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11)) % 10;
  return isShortDate(written.slice(0, 6)) && check === digits[12];
};

/** Thailand. */
export const isThaiId: IdCheck = (written) => {
  const digits = digitsOf(written);
  return (11 - (weighted(digits, [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 10 === digits[12];
};

/** Turkey. */
export const isTckn: IdCheck = (written) => {
  const digits = digitsOf(written);
  const odd = weighted(digits, [1, 0, 1, 0, 1, 0, 1, 0, 1]);
  const even = weighted(digits, [0, 1, 0, 1, 0, 1, 0, 1]);
  const sum = odd + even + (digits[9] ?? 0);
  return (((odd * 7 - even) % 10) + 10) % 10 === digits[9] && sum % 10 === digits[10];
};

/** South Africa: a date and Luhn. */
export const isSouthAfricanId: IdCheck = (written) => isShortDate(written.slice(0, 6)) && passesLuhn(written);
