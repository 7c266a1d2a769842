import { passesLuhn, passesMod1110 } from '../check/checksums.js';
import * as more from '../check/more-ids.js';
import * as ids from '../check/national-ids.js';
import type { Draw } from './draw.js';

/** How an id is written, and the check that drawn digits must pass. */
type Recipe = readonly [form: string, check: (written: string) => boolean];

const recipes: Readonly<Record<string, Recipe>> = {
  ssn: ['{digit:3}-{digit:2}-{digit:4}', ids.isSsn],
  passport: ['{upper:1}{digit:8}', () => true],
  mbi: ['3E{digit:1}{digit:1}-TE{digit:1}-MK{digit:2}', () => true],
  npi: ['1{digit:9}', ids.isNpi],
  dea: ['B{upper:1}{digit:7}', ids.isDea],
  aba: ['0{digit:8}', ids.isAba],
  nhs: ['{digit:3} {digit:3} {digit:4}', ids.isNhs],
  nino: ['A{nino:1} {digit:2} {digit:2} {digit:2} C', ids.isNino],
  nif: ['{digit:8}{upper:1}', ids.isNif],
  nie: ['X{digit:7}{upper:1}', ids.isNif],
  fiscal: ['{upper:6}{digit:2}A{digit:2}{upper:1}{digit:3}{upper:1}', ids.isFiscalCode],
  pesel: ['{digit:11}', ids.isPesel],
  taxde: ['4{digit:10}', ids.isGermanTaxId],
  hetu: ['{day:1}-{digit:3}{hetu:1}', ids.isHetu],
  personnummer: ['{year:1}-{digit:4}', ids.isPersonnummer],
  sin: ['7{digit:2}-{digit:3}-{digit:3}', ids.isSin],
  tfn: ['{digit:3} {digit:3} {digit:3}', ids.isTfn],
  abn: ['5{digit:1} {digit:3} {digit:3} {digit:3}', ids.isAbn],
  acn: ['{digit:3} {digit:3} {digit:3}', ids.isAcn],
  medicare: ['2{digit:3} {digit:5} 1', ids.isAustralianMedicare],
  aadhaar: ['6{digit:3} {digit:4} {digit:4}', ids.isAadhaar],
  nric: ['S{digit:7}{upper:1}', ids.isNric],
  rrn: ['{year:1}-1{digit:6}', ids.isRrn],
  tnin: ['{digit:1}-{digit:4}-{digit:5}-{digit:2}-{digit:1}', ids.isThaiId],
  tckn: ['4{digit:10}', ids.isTckn],
  zaid: ['{year:1}{digit:4}08{digit:1}', ids.isSouthAfricanId],
  cpf: ['{digit:3}.{digit:3}.{digit:3}-{digit:2}', more.isCpf],
  nir: ['1 85 05 78 {digit:3} {digit:3} {digit:2}', more.isNir],
  bsn: ['{digit:9}', more.isBsn],
  cnpj: ['{digit:2}.{digit:3}.{digit:3}/0001-{digit:2}', more.isCnpj],
  belgian: ['85.07.30-{digit:3}.{digit:2}', more.isBelgianId],
  ahv: ['756.{digit:4}.{digit:4}.{digit:2}', more.isAhv],
  fodselsnummer: ['{day:1}{digit:5}', more.isFodselsnummer],
  cpr: ['{day:1}-{digit:4}', more.isCpr],
  iva: ['{digit:11}', more.isPartitaIva],
  pps: ['{digit:7}{upper:1}', more.isPps],
  ird: ['{digit:2}-{digit:3}-{digit:3}', more.isIrd],
  oib: ['{digit:11}', passesMod1110],
  orgnr: ['556{digit:3}-{digit:4}', passesLuhn],
  cnid: ['11010119900307{digit:3}{digit:1}', more.isChineseId],
};

/** Names of the ids that can be drawn. */
export const personalNumbers: readonly string[] = Object.keys(recipes);

/** A valid id of a kind: drawn again until its check passes. */
export function personalNumber(kind: string, draw: Draw): string | undefined {
  const recipe = recipes[kind];
  if (recipe === undefined) return undefined;
  const [form, check] = recipe;
  for (let attempt = 0; attempt < 100_000; attempt++) {
    const written = form.replace(/\{(\w+):(\d+)\}/g, (_part, name: string, length: string) =>
      part(name, Number(length), draw),
    );
    if (check(written)) return written;
  }
  throw new Error(`no ${kind} passes its check`);
}

function part(name: string, length: number, draw: Draw): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  if (name === 'nino')
    return draw.pick(['A', 'B', 'E', 'H', 'J', 'K', 'L', 'M', 'P', 'R', 'S', 'T', 'W', 'X', 'Y', 'Z']);
  if (name === 'hetu') return draw.pick([...'0123456789ABCDEFHJKLMNPRSTUVWXY']);
  if (name === 'day') return two(1 + draw.below(28)) + two(1 + draw.below(12)) + two(draw.below(99));
  if (name === 'year') return two(50 + draw.below(49)) + two(1 + draw.below(12)) + two(1 + draw.below(28));
  return draw.text(name, length);
}

/** A card number of an issuer: a prefix, drawn digits and Luhn's check digit. */
export function cardNumber(prefix: string, length: number, draw: Draw): string {
  const body = prefix + draw.text('digit', length - prefix.length - 1);
  let sum = 0;
  [...body].reverse().forEach((digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  });
  return body + String((10 - (sum % 10)) % 10);
}

/** An account number of a country: drawn digits and the mod 97 check. */
export function iban(country: string, digits: number, draw: Draw): string {
  const account = draw.text('digit', digits);
  const letters = [...country].map((letter) => String(letter.charCodeAt(0) - 55)).join('');
  const check = 98n - (BigInt(`${account}${letters}00`) % 97n);
  return `${country}${String(check).padStart(2, '0')}${account}`;
}
