import {
  isAhv,
  isBelgianId,
  isBsn,
  isChineseId,
  isCnpj,
  isCpf,
  isCpr,
  isFodselsnummer,
  isIrd,
  isNir,
  isPartitaIva,
  isPps,
} from '../check/more-ids.js';
import { isDay, passesLuhn, passesMod1110 } from '../check/checksums.js';
import { personal, type ContextRule } from '../rule/context-rule.js';

/** Ids of further countries, found by the same means. */
export const morePersonalIds: readonly ContextRule[] = [
  personal('BR_CPF', 'BR', ['cpf'], /\d{3}\.?\d{3}\.?\d{3}-?\d{2}/, {
    valid: isCpf,
    examples: ['CPF «{cpf}»'],
    counterExamples: ['CPF 123.456.789-00'],
  }),
  personal('BR_CNPJ', 'BR', ['cnpj'], /\d{2}\.?\d{3}\.?\d{3}\/?\d{4}-?\d{2}/, {
    valid: isCnpj,
    severity: 'medium',
    examples: ['CNPJ «{cnpj}»'],
    counterExamples: ['CNPJ 12.345.678/0001-00'],
  }),
  personal(
    'FR_NIR',
    'FR',
    ['nir', 'insee', 'securite sociale', 'sociale', 'ro de s*', 'secu'],
    /[12] ?\d{2} ?\d{2} ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}/i,
    { valid: isNir, examples: ['INSEE «{nir}»'], counterExamples: ['INSEE 1 85 05 78 006 084 37'] },
  ),
  personal('NL_BSN', 'NL', ['bsn', 'burgerservice*'], /\d{9}/, {
    valid: isBsn,
    examples: ['BSN «{bsn}»'],
    counterExamples: ['BSN 123456789'],
  }),
  personal(
    'BE_NATIONAL_NUMBER',
    'BE',
    ['rijksregister*', 'registre national', 'national register', 'niss', 'insz'],
    /\d{2}\.?\d{2}\.?\d{2}-?\d{3}\.?\d{2}/,
    {
      valid: isBelgianId,
      examples: ['rijksregisternummer «{belgian}»'],
      counterExamples: ['rijksregisternummer 85.07.30-033.62'],
    },
  ),
  personal('CH_AHV', 'CH', ['ahv', 'avs', 'oasi', 'ahv nummer'], /756\.?\d{4}\.?\d{4}\.?\d{2}/, {
    valid: isAhv,
    examples: ['AHV «{ahv}»'],
    counterExamples: ['AHV 756.1234.5678.90'],
  }),
  personal(
    'NO_FODSELSNUMMER',
    'NO',
    ['fodselsnummer', 'dselsnummer', 'personnummer', 'national identity number'],
    /\d{6} ?\d{5}/,
    {
      valid: isFodselsnummer,
      examples: ['fodselsnummer «{fodselsnummer}»'],
      counterExamples: ['fodselsnummer 01010112345'],
    },
  ),
  personal('DK_CPR', 'DK', ['cpr', 'cpr nummer', 'cpr number'], /\d{6}-?\d{4}/, {
    valid: isCpr,
    within: 40,
    examples: ['CPR «{cpr}»'],
    counterExamples: ['CPR 993399-1234'],
  }),
  personal(
    'CN_RESIDENT_ID',
    'CN',
    ['resident identity', 'resident id', 'chinese id', 'id card', 'shenfenzheng'],
    /\d{17}[0-9X]/i,
    {
      valid: isChineseId,
      examples: ['resident identity «{cnid}»'],
      counterExamples: ['resident identity 110101199003071234'],
    },
  ),
  personal('IT_VAT_CODE', 'IT', ['partita iva', 'p.iva', 'vat code'], /\d{11}/, {
    valid: isPartitaIva,
    severity: 'medium',
    examples: ['partita iva «{iva}»'],
    counterExamples: ['partita iva 12345678901'],
  }),
  personal('IE_PPS', 'IE', ['pps', 'ppsn', 'personal public service'], /\d{7}[A-W][A-IW]?/i, {
    valid: isPps,
    examples: ['PPS «{pps}»'],
    counterExamples: ['PPS 1234567A'],
  }),
  personal('NZ_IRD', 'NZ', ['ird', 'ird number'], /\d{2,3}-?\d{3}-?\d{3}/, {
    valid: isIrd,
    examples: ['IRD «{ird}»'],
    counterExamples: ['IRD 12-345-678'],
  }),
  personal('HR_OIB', 'HR', ['oib'], /\d{11}/, {
    valid: passesMod1110,
    examples: ['OIB «{oib}»'],
    counterExamples: ['OIB 12345678901'],
  }),
  personal('SE_ORGANISATIONSNUMMER', 'SE', ['organisationsnummer', 'org nr', 'orgnr'], /\d{6}-?\d{4}/, {
    valid: passesLuhn,
    severity: 'low',
    examples: ['orgnr «{orgnr}»'],
    counterExamples: ['orgnr 556036-0790'],
  }),
  personal('MX_CURP', 'MX', ['curp'], /[A-Z]{4}\d{6}[HM][A-Z]{5}[0-9A-Z]\d/i, {
    valid: (written) => isDay(Number(written.slice(6, 8)), Number(written.slice(8, 10))),
    examples: ['CURP «{upper:4}850726H{upper:5}0{realdigits:1}»'],
    counterExamples: ['CURP ABCD'],
  }),
  personal('NG_NIN', 'NG', ['nin', 'bvn', 'national identification number', 'bank verification'], /\d{11}/, {
    within: 40,
    examples: ['NIN: «{realdigits:11}»'],
    counterExamples: ['NIN: 1234'],
  }),
];
