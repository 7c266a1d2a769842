import validator from 'validator';
import { isBase58Address, isBech32Address } from '../check/crypto-address.js';
import { CharClass, isAt, runEnd } from '../characters.js';
import type { Detector } from '../engine/detector.js';
import type { Span } from '../engine/span.js';
import type { View } from '../engine/view.js';

/** Countries that take part in the registry of account numbers, in lower case. */
export const ibanCountries: readonly string[] = (
  'ad ae al at az ba be bg bh br by ch cr cy cz de dk do ee eg es fi fo fr gb ge gi gl gr gt hr hu ie il iq is it jo kw kz lb lc ' +
  'li lt lu lv ly mc md me mk mr mt mu nl no pk pl ps pt qa ro rs sa sc sd se si sk sm st sv tl tn tr ua va vg xk'
).split(' ');

const iban = /[A-Z]{2}\d{2}(?:[ -]?[0-9A-Z]{4}){2,7}(?:[ -]?[0-9A-Z]{1,4})?/y;

/** An IBAN that begins with the country's two letters at `start`; its length and mod 97 must be right. */
export function reportIbanAt(view: View, start: number, report: (span: Span) => void): void {
  const { text } = view;
  if (start < 0 || isAt(text, start - 1, CharClass.Alnum) || !isAt(text, start, CharClass.Letter)) return;
  if (!isAt(text, start + 3, CharClass.Digit)) return;
  iban.lastIndex = start;
  view.work.steps += 48;
  const written = iban.exec(text)?.[0];
  if (written === undefined) return;
  for (let length = written.length; length >= 15; length--) {
    if (isAt(text, start + length, CharClass.Alnum) || !isAt(written, length - 1, CharClass.Alnum)) continue;
    if (!validator.isIBAN(written.slice(0, length).replace(/-/g, ' '))) continue;
    report({ rule: 'pii.IBAN_CODE', start, end: start + length });
    return;
  }
}

/** Bounds of Bitcoin addresses in base 58. */
const shortestAddress = 26;
const longestAddress = 35;

/** A Bitcoin address that begins with a digit. */
export function reportAddressAt(view: View, start: number, report: (span: Span) => void): void {
  const first = view.text[start];
  if (first !== '1' && first !== '3') return;
  const end = runEnd(view, start, CharClass.Alnum, longestAddress + 1);
  if (end - start < shortestAddress || end - start > longestAddress) return;
  if (isAt(view.text, end, CharClass.Word)) return;
  view.work.steps += 4 * longestAddress;
  if (isBase58Address(view.text.slice(start, end))) report({ rule: 'pii.CRYPTO', start, end });
}

/** Segregated-witness addresses of Bitcoin. */
export const detectBech32Address: Detector = (view, start, end, report) => {
  const stop = runEnd(view, end, CharClass.Alnum, 88);
  if (stop - end < 38 || isAt(view.text, start - 1, CharClass.Word) || isAt(view.text, stop, CharClass.Word))
    return;
  view.work.steps += 4 * 88;
  if (isBech32Address(view.text.slice(start, stop))) report({ rule: 'pii.CRYPTO', start, end: stop });
};
