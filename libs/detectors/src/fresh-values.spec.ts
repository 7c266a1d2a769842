import { describe, expect, it } from 'vitest';
import { tokenRules } from './rules/catalogue.js';
import { disguises } from './testing/disguises.js';
import { Draw } from './testing/draw.js';
import { expandExample } from './testing/example-text.js';
import { cardNumber, iban, personalNumber, personalNumbers } from './testing/personal-numbers.js';
import { announcing, logLine, silent } from './testing/surroundings.js';
import { count, percent, Tallies } from './testing/tally.js';

/** Values drawn anew: no rule can know them. Another seed gives another set. */
const seed = process.env.COUNTERSIGN_FRESH_SEED ?? '1';
const rounds = 2;

interface Case {
  readonly label: string;
  readonly text: string;
  readonly secret: string;
}

/** Counts the cases and names the first that were missed. */
function measure(cases: readonly Case[]): { readonly share: number; readonly missed: string[] } {
  const tallies = new Tallies();
  const missed = cases.filter(
    ({ text, secret }) => !count(tallies.of('all'), { group: '', kind: '', isClean: false, text, secret }),
  );
  const { texts, redacted } = tallies.of('all');
  return {
    share: percent(redacted, texts),
    missed: missed.slice(0, 5).map(({ label, text }) => `${label}: ${text.slice(0, 200)}`),
  };
}

const draws = (name: string): Draw[] =>
  Array.from({ length: rounds }, (_, round) => new Draw(`${seed}:${name}:${round}`));

const secretNames = [
  'API_KEY',
  'SECRET_KEY',
  'client secret',
  'access token',
  'encryption key',
  'webhook secret',
  'auth token',
  'signing key',
  'jwt secret',
  'private key',
  'service token',
  'master key',
  'refresh token',
];
const passwordNames = [
  'password',
  'db password',
  'smtp password',
  'mysql root password',
  'redis password',
  'admin passwd',
  'passphrase',
];
const words = [
  'amber',
  'tiger',
  'copper',
  'raven',
  'maple',
  'stone',
  'onyx',
  'river',
  'pixel',
  'summit',
  'dragon',
  'lantern',
  'prairie',
];

const issued = (draw: Draw): string =>
  draw.pick([
    () => draw.text('hex', 32),
    () => draw.text('alnum', 32),
    () => draw.text('alnum', 40),
    () => draw.text('lownum', 36),
    () => draw.text('hex', 64),
    () => draw.text('token', 43),
    () => `${draw.text('base64', 43)}=`,
  ])();

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
const chosen = (draw: Draw): string =>
  draw.pick([
    () =>
      `${capital(draw.pick(words))}-${capital(draw.pick(words))}-${draw.text('digit', 2)}${draw.pick(['!', '#', '%', '*'])}`,
    () => `${draw.pick(words)}.${draw.pick(words)}${draw.text('digit', 4)}`,
    () => `${capital(draw.pick(words))}${draw.pick(['!', '*', '$'])}${draw.text('digit', 4)}`,
    () => draw.text('alnum', 16),
  ])();

describe(`freshly drawn values (seed ${seed})`, () => {
  it('tokens of every vendor are taken out whole, announced or not: 98 %', () => {
    const places = { ...announcing, ...silent };
    const cases = tokenRules.flatMap((rule) =>
      draws(rule.id).map((draw) => {
        const secret = expandExample(draw.pick(rule.examples), `${seed}:${rule.id}`).text;
        const [place, write] = draw.pick(Object.entries(places));
        return { label: `${rule.id} in ${place}`, text: write(draw, 'service token', secret), secret };
      }),
    );
    const { share, missed } = measure(cases);
    expect(share, missed.join('\n')).toBeGreaterThanOrEqual(98);
  });

  it.each([
    ['issued keys', secretNames, issued],
    ['chosen passwords', passwordNames, chosen],
  ] as const)('%s are taken out whole wherever they are assigned: 97 %%', (_what, names, value) => {
    const cases = Object.entries(announcing).flatMap(([place, write]) =>
      names.flatMap((name) =>
        draws(place + name).map((draw) => {
          const secret = value(draw);
          return { label: `${name} in ${place}`, text: write(draw, name, secret), secret };
        }),
      ),
    );
    const { share, missed } = measure(cases.filter(({ text, secret }) => text.includes(secret)));
    expect(share, missed.join('\n')).toBeGreaterThanOrEqual(97);
  });

  it('disguised tokens are taken out whole: 97 %', () => {
    const formats = [
      'ghp_{alnum:36}',
      'glpat-{token:20}',
      'AKIA{base32:16}',
      'sk-ant-api03-{token:93}AA',
      'npm_{alnum:36}',
      'sk_live_{alnum:24}',
    ];
    const cases = Object.entries(disguises).flatMap(([name, disguise]) =>
      formats.flatMap((format) =>
        draws(name + format).map((draw, round) => {
          const secret = disguise(expandExample(format, `${seed}:${name}:${round}`).text, draw);
          return {
            label: `${format} as ${name}`,
            text: draw.pick([`before ${secret} after`, `{"note": "x ${secret} y"}`, `TOKEN=${secret}\n`]),
            secret,
          };
        }),
      ),
    );
    const { share, missed } = measure(cases);
    expect(share, missed.join('\n')).toBeGreaterThanOrEqual(97);
  });

  it('numbers of people with valid checks are taken out where a word announces them: 98 %', () => {
    const announced: Readonly<Record<string, string>> = {
      ssn: 'social security number',
      npi: 'NPI',
      dea: 'DEA number',
      aba: 'routing number',
      nhs: 'NHS number',
      nino: 'national_insurance',
      nif: 'DNI',
      nie: 'NIE',
      fiscal: 'codice fiscale',
      pesel: 'PESEL',
      taxde: 'Steuer-ID',
      hetu: 'hetu',
      personnummer: 'personnummer',
      sin: 'SIN',
      tfn: 'TFN',
      abn: 'ABN',
      medicare: 'medicare card',
      aadhaar: 'aadhaar',
      nric: 'NRIC',
      rrn: 'rrn',
      tnin: 'TNIN',
      tckn: 'TCKN',
      zaid: 'south african id number',
      mbi: 'MBI',
      cpf: 'CPF',
      bsn: 'BSN',
    };
    const forms: readonly ((word: string, id: string, draw: Draw) => string)[] = [
      (word, id) => `I looked up the record for you and the ${word} is ${id}, as stored.`,
      (word, id) => `id,segment,${word.replace(/ /g, '_')},status\n348,smb,${id},active\n`,
      (word, id) =>
        JSON.stringify({ customer: { [word.replace(/ /g, '_').toLowerCase()]: id, active: true } }),
      (word, id) => `| field | value |\n|---|---|\n| plan | pro |\n| ${word} | ${id} |\n`,
      (word, id, draw) => `${logLine(draw)}\nprofile updated ${word.replace(/ /g, '_')}=${id} changed=1`,
    ];
    const cases = personalNumbers.flatMap((kind) => {
      const word = announced[kind];
      return word === undefined
        ? []
        : forms.flatMap((write) =>
            draws(kind).map((draw) => {
              const secret = personalNumber(kind, draw) ?? '';
              return { label: kind, text: write(word, secret, draw), secret };
            }),
          );
    });
    const { share, missed } = measure(cases);
    expect(share, missed.join('\n')).toBeGreaterThanOrEqual(98);
  });

  it('cards and accounts are taken out without any word: all of them', () => {
    const issuers: [prefix: string, length: number][] = [
      ['4', 16],
      ['53', 16],
      ['2321', 16],
      ['37', 15],
      ['3003', 14],
      ['6011', 16],
      ['3530', 16],
    ];
    const cards = issuers.flatMap(([prefix, length]) =>
      draws(prefix).map((draw) => cardNumber(prefix, length, draw)),
    );
    const accounts = (['DE18', 'FR23', 'ES20', 'PL24', 'NO11'] as const).flatMap((country) =>
      draws(country).map((draw) => iban(country.slice(0, 2), Number(country.slice(2)), draw)),
    );
    const { share, missed } = measure(
      [...cards, ...accounts].map((secret) => ({
        label: 'number',
        text: `please use ${secret} for it`,
        secret,
      })),
    );
    expect(share, missed.join('\n')).toBe(100);
  });

  it('ordinary log lines are left alone', () => {
    const tallies = new Tallies();
    const draw = new Draw(`${seed}:log`);
    for (let i = 0; i < 2000; i++)
      count(tallies.of('clean'), { group: '', kind: '', isClean: true, text: logLine(draw), secret: '' });
    expect(tallies.of('clean').detected).toBe(0);
  });
});
