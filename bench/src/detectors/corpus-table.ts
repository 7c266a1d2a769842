import { existsSync, readFileSync } from 'node:fs';

/** What the corpus test of the detectors keeps: `npx vitest run libs/detectors/src/corpus.spec.ts`. */
interface CorpusResult {
  readonly ruleSet: string;
  readonly recall: number;
  readonly precision: number;
  readonly groups: readonly {
    readonly group: string;
    readonly texts: number;
    readonly detected: number;
    readonly redacted: number;
  }[];
}

/** Recall and full redaction of each group of the labelled corpus, in percent, as the corpus test measured them last. */
export function corpusLines(file: string): string[] {
  if (!existsSync(file))
    return ['corpus: not measured yet (npx vitest run libs/detectors/src/corpus.spec.ts)'];
  const { ruleSet, recall, precision, groups } = JSON.parse(readFileSync(file, 'utf8')) as CorpusResult;
  return [
    `corpus, rules ${ruleSet}: recall ${recall} %, precision ${precision} %`,
    ...groups.map(
      ({ group, texts, detected, redacted }) =>
        `  ${group.padEnd(16)} ${String(texts).padStart(4)} texts, found in ${detected} %, taken out whole in ${redacted} %`,
    ),
  ];
}
