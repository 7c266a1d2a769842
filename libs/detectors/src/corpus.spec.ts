import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { RULE_SET_VERSION } from './rules/catalogue.js';
import { corpusPath, NO_CORPUS, readCorpus } from './testing/corpus.js';
import { count, percent, Tallies, type Tally } from './testing/tally.js';

const path = corpusPath();
if (path === undefined) process.stderr.write(`${NO_CORPUS}\n`);

const results = fileURLToPath(new URL('../../../bench/results/', import.meta.url));
/** Kinds of clean texts that an agent's ordinary work produces, as against near misses made on purpose. */
const ordinary =
  /^neg-(?:clean-log|code-reference|docs-prose|ui-text|identifier|minified-js|git-sha|lockfile-digest|uuid|numeric-table|hashed-filename)$/;
const isPersonal = (group: string): boolean => group.startsWith('pii-');
const isSecret = (group: string): boolean =>
  !isPersonal(group) && !['negative', 'ordinary', 'obfuscated', 'unsafe'].includes(group);

describe.skipIf(path === undefined)(
  `the labelled corpus (${path === undefined ? NO_CORPUS : 'found'})`,
  () => {
    const tallies = new Tallies();
    if (path !== undefined) {
      for (const labelled of readCorpus(path)) {
        count(tallies.of(labelled.group), labelled);
        if (labelled.isClean && ordinary.test(labelled.kind)) count(tallies.of('ordinary'), labelled);
      }
      report(tallies);
    }
    const share = (tally: Tally, of: 'detected' | 'redacted'): number => percent(tally[of], tally.texts);

    it('has its secrets found and taken out whole: 95 % of them', () => {
      expect(share(tallies.sum(isSecret), 'redacted')).toBeGreaterThanOrEqual(95);
    });

    it('has its details of people taken out: 98 %', () => {
      expect(share(tallies.sum(isPersonal), 'redacted')).toBeGreaterThanOrEqual(98);
    });

    it('has its disguised secrets taken out whole: 85 %', () => {
      expect(share(tallies.of('obfuscated'), 'redacted')).toBeGreaterThanOrEqual(85);
    });

    it('has its unsafe content found: 95 %', () => {
      expect(share(tallies.of('unsafe'), 'detected')).toBeGreaterThanOrEqual(95);
    });

    it('has its near misses left alone: 1.5 % flagged at most', () => {
      expect(share(tallies.of('negative'), 'detected')).toBeLessThanOrEqual(1.5);
    });

    it('has ordinary outputs left alone (S11): 0.5 % flagged at most', () => {
      expect(share(tallies.of('ordinary'), 'detected')).toBeLessThanOrEqual(0.5);
    });
  },
);

/** Prints and keeps recall, precision and full redaction of every group. */
function report(tallies: Tallies): void {
  const groups = [...tallies.byName].map(([group, tally]) => ({
    group,
    texts: tally.texts,
    detected: percent(tally.detected, tally.texts),
    redacted: percent(tally.redacted, tally.texts),
  }));
  const labelled = tallies.sum((group) => !['negative', 'ordinary'].includes(group));
  const flagged = tallies.of('negative').detected;
  const precision = percent(labelled.detected, labelled.detected + flagged);
  const recall = percent(labelled.detected, labelled.texts);
  const lines = groups.map(
    ({ group, texts, detected, redacted }) =>
      `${group.padEnd(16)} ${String(texts).padStart(5)} texts  detected ${detected.toFixed(1).padStart(5)} %  redacted ${redacted.toFixed(1).padStart(5)} %`,
  );
  process.stdout.write(`${lines.join('\n')}\nrecall ${recall} %, precision ${precision} %\n`);
  mkdirSync(results, { recursive: true });
  const kept = { ruleSet: RULE_SET_VERSION, recall, precision, groups };
  writeFileSync(
    new URL('../../../bench/results/detectors-corpus.json', import.meta.url),
    `${JSON.stringify(kept, null, 2)}\n`,
  );
}
