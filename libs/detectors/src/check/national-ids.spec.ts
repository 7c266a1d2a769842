import { describe, expect, it } from 'vitest';
import { isBase58Address, isBech32Address } from './crypto-address.js';
import * as more from './more-ids.js';
import * as ids from './national-ids.js';

/** Numbers that authorities and encyclopaedias print to show their check, and the same with one digit changed. */
const published: readonly [name: string, check: ids.IdCheck, valid: string, invalid: string][] = [
  ['NPI', ids.isNpi, '1234567893', '1234567894'],
  ['DEA', ids.isDea, 'AB1234563', 'AB1234564'],
  ['ABA', ids.isAba, '021000021', '021000022'],
  ['NHS', ids.isNhs, '943 476 5919', '943 476 5918'],
  ['NINO', ids.isNino, 'AB 12 34 56 C', 'BG 12 34 56 C'],
  ['NIF', ids.isNif, '12345678Z', '12345678A'],
  ['NIE', ids.isNif, 'X1234567L', 'X1234567M'],
  ['fiscal code', ids.isFiscalCode, 'RSSMRA85T10A562S', 'RSSMRA85T10A562T'],
  ['PESEL', ids.isPesel, '44051401359', '44051401358'],
  ['German tax id', ids.isGermanTaxId, '86095742719', '86095742718'],
  ['hetu', ids.isHetu, '131052-308T', '131052-308U'],
  ['personnummer', ids.isPersonnummer, '811218-9876', '811218-9875'],
  ['SIN', ids.isSin, '130 692 544', '130 692 545'],
  ['TFN', ids.isTfn, '876 543 210', '876 543 211'],
  ['ABN', ids.isAbn, '51 824 753 556', '51 824 753 557'],
  ['ACN', ids.isAcn, '004 085 616', '004 085 617'],
  ['Medicare', ids.isAustralianMedicare, '2123 45670 1', '2123 45671 1'],
  ['Aadhaar', ids.isAadhaar, '2341 2341 2346', '2341 2341 2347'],
  ['NRIC', ids.isNric, 'S0000001I', 'S0000001J'],
  ['TCKN', ids.isTckn, '10000000146', '10000000147'],
  ['South African id', ids.isSouthAfricanId, '8001015009087', '8001015009088'],
  ['CPF', more.isCpf, '529.982.247-25', '529.982.247-26'],
  ['CNPJ', more.isCnpj, '11.222.333/0001-81', '11.222.333/0001-82'],
  ['NIR', more.isNir, '2 55 08 14 168 025 38', '2 55 08 14 168 025 39'],
  ['BSN', more.isBsn, '111222333', '111222334'],
  ['Belgian number', more.isBelgianId, '85.07.30-033.28', '85.07.30-033.29'],
  ['AHV', more.isAhv, '756.9217.0769.85', '756.9217.0769.86'],
  ['Chinese id', more.isChineseId, '11010519491231002X', '110105194912310021'],
  ['PPS', more.isPps, '1234567T', '1234567U'],
  ['IRD', more.isIrd, '49-091-850', '49-091-851'],
];

describe('checks of national ids', () => {
  it.each(published)(
    '%s: the published number passes and a changed one does not',
    (_name, check, valid, invalid) => {
      expect(check(valid)).toBe(true);
      expect(check(invalid)).toBe(false);
    },
  );

  it('social security numbers of ranges that are never issued fail', () => {
    for (const number of [
      '000-12-3456',
      '666-12-3456',
      '912-12-3456',
      '219-00-9999',
      '219-09-0000',
      '111-11-1111',
    ])
      expect(ids.isSsn(number)).toBe(false);
    expect(ids.isSsn('219-09-9999')).toBe(true);
  });

  it('Bitcoin addresses need their checksum, whatever their age', () => {
    expect(isBase58Address('1BoatSLRHtKNngkdXEeobR76b53LETtpyT')).toBe(true);
    expect(isBase58Address('1BoatSLRHtKNngkdXEeobR76b53LETtpyU')).toBe(false);
    expect(isBech32Address('bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4')).toBe(true);
    expect(isBech32Address('bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5')).toBe(false);
  });
});
