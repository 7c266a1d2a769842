import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A labelled text of the shared corpus. */
export interface LabelledText {
  readonly group: string;
  readonly kind: string;
  /** The text holds nothing that may be found. */
  readonly isClean: boolean;
  readonly text: string;
  /** The part that must be taken out, empty in a clean text. */
  readonly secret: string;
}

/** The corpus lies beside the clone, or where this variable says. */
const variable = 'COUNTERSIGN_DLP_CORPUS';
const beside = '../../../../../shared/dlp/corpus.jsonl';

/** Where the corpus is, or undefined when there is none. */
export function corpusPath(): string | undefined {
  const path = process.env[variable] ?? fileURLToPath(new URL(beside, import.meta.url));
  return existsSync(path) ? path : undefined;
}

/** Said by the test when it has no corpus to read. */
export const NO_CORPUS = `no corpus: clone with ../shared/dlp/corpus.jsonl beside, or set ${variable}`;

/** Reads the labelled texts. */
export function readCorpus(path: string): LabelledText[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const row = JSON.parse(line) as Record<string, string>;
      return {
        group: row.group ?? '',
        kind: row.kind ?? '',
        isClean: row.expect === 'clean',
        text: Buffer.from(row.text_b64 ?? '', 'base64').toString('utf8'),
        secret: Buffer.from(row.secret_b64 ?? '', 'base64').toString('utf8'),
      };
    });
}
