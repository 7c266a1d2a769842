import type { ImportReport, ReportEntry } from '@countersign/policy-import';

const HEADINGS = {
  mapped: 'became rules that decide the same',
  asked: 'taken with an answer, or with the strict default',
  notExpressed: 'not expressed; set it up elsewhere',
  closedHoles: 'closed: the source lets it through, the rules do not',
} as const satisfies Record<keyof ImportReport, string>;

/** The report of an import for people; lists without an entry are left out. */
export function reportLines(report: ImportReport, fileName: string): string[] {
  const lists = Object.keys(HEADINGS) as (keyof ImportReport)[];
  return lists.flatMap((list) =>
    report[list].length === 0
      ? []
      : [
          `${HEADINGS[list]} (${report[list].length})`,
          ...report[list].map((entry) => entryLine(entry, fileName)),
          '',
        ],
  );
}

const entryLine = ({ source, line, text }: ReportEntry, fileName: string) =>
  `  ${fileName}:${line} ${source === '' ? '' : `${source}: `}${text}`;

/** The report for programs, spelled as everything else that this program prints. */
export function reportJson({
  mapped,
  asked,
  notExpressed,
  closedHoles,
}: ImportReport): Record<string, unknown> {
  return { mapped, asked, not_expressed: notExpressed, closed_holes: closedHoles };
}
