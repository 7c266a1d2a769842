import validator from 'validator';

/** Digits of a text as numbers; everything else is left out. */
export function digitsOf(text: string): number[] {
  return Array.from(text.replace(/\D/g, ''), Number);
}

/** Luhn's sum over the digits of a text. */
export function passesLuhn(text: string): boolean {
  return validator.isLuhnNumber(text.replace(/\D/g, ''));
}

/** Sum of digits times weights; weights beyond the digits count nothing. */
export function weighted(digits: readonly number[], weights: readonly number[]): number {
  return weights.reduce((sum, weight, index) => sum + weight * (digits[index] ?? 0), 0);
}

const verhoeffProduct = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
];
const verhoeffPermutation = [
  '0123456789',
  '1576283094',
  '5803796142',
  '8916043527',
  '9453126870',
  '4286573901',
  '2793806415',
  '7046913258',
];

/** Verhoeff's dihedral check over the digits of a text (Aadhaar). */
export function passesVerhoeff(text: string): boolean {
  let sum = 0;
  digitsOf(text)
    .reverse()
    .forEach((digit, index) => {
      const permuted = Number(verhoeffPermutation[index % 8]?.[digit]);
      sum = Number(verhoeffProduct[sum]?.[permuted]);
    });
  return sum === 0;
}

/** ISO 7064 mod 11,10 over the digits of a text (German tax id, Croatian OIB). */
export function passesMod1110(text: string): boolean {
  const digits = digitsOf(text);
  let product = 10;
  for (const digit of digits.slice(0, -1)) {
    const sum = (digit + product) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return (11 - product) % 10 === digits.at(-1);
}

/** Whether a day of a month exists; the year only matters for the 29th of February, which is let pass. */
export function isDay(month: number, day: number): boolean {
  const longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  return longest !== undefined && day >= 1 && day <= longest;
}

/** Whether `yymmdd` (or the last six of eight digits) is a day that exists. */
export function isShortDate(digits: string): boolean {
  const last = digits.slice(-6);
  return isDay(Number(last.slice(2, 4)), Number(last.slice(4, 6)));
}

/** Whether all digits are one digit. */
export function isOneDigit(text: string): boolean {
  return /^(\d)\1{2,40}$/.test(text.replace(/\D/g, ''));
}
