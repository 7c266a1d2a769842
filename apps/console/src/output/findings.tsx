import { Badge, Button, Table } from '@mantine/core';
import { memo, useMemo, useState } from 'react';
import type { Finding } from '../api/types.js';
import { Revealed } from '../reveal/revealed.js';
import { countFindings } from './count-findings.js';

const COLORS: Readonly<Record<string, string>> = {
  critical: 'red',
  high: 'orange',
  medium: 'yellow',
  low: 'gray',
};
/** Findings that are shown at first, and more each time when asked for: an output may have thousands. */
const STEP = 25;

interface FindingsProps {
  readonly findings: readonly Finding[];
  /** They are in what the job was given, which stands beside them, and not in an output. */
  readonly inJob?: boolean;
}

/** What the scanner found, in an output or in what a job was given: by which rule, where and how long. What was found itself is nowhere to be had. */
export const Findings = memo(function Findings({ findings, inJob }: FindingsProps) {
  const [shown, setShown] = useState(STEP);
  const counts = useMemo(() => countFindings(findings), [findings]);
  const more = findings.length - shown;
  return (
    <section className="panel" aria-label="What the scanner found">
      <h3>
        What the scanner found{' '}
        <span className="muted">
          {inJob
            ? '— in what the job was given'
            : '— places and lengths; the values themselves stay in quarantine'}
        </span>
      </h3>
      {findings.length === 0 && <p className="muted">No finding is named.</p>}
      <p className="finding-counts">
        {counts.map(({ rule, severity, count }) => (
          <span key={`${severity} ${rule}`} className="finding-count">
            <Severity severity={severity} /> <Revealed text={rule} />{' '}
            <span className="count">{count.toLocaleString('en')}</span>
          </span>
        ))}
      </p>
      {findings.length > 0 && <Places findings={findings.slice(0, shown)} />}
      {more > 0 && (
        <Button variant="light" size="compact-sm" mt="xs" onClick={() => setShown(shown + 4 * STEP)}>
          {`Show more of ${more.toLocaleString('en')}`}
        </Button>
      )}
    </section>
  );
});

function Places({ findings }: { readonly findings: readonly Finding[] }) {
  return (
    <div className="table-wrap" tabIndex={0} role="group" aria-label="Findings">
      <Table verticalSpacing={4} className="dense">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Severity</Table.Th>
            <Table.Th>Rule</Table.Th>
            <Table.Th>Place</Table.Th>
            <Table.Th>From</Table.Th>
            <Table.Th>Length</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {findings.map(({ rule, severity, pointer, offset, length }, i) => (
            <Table.Tr key={i}>
              <Table.Td>
                <Severity severity={severity} />
              </Table.Td>
              <Table.Td>
                <Revealed text={rule} />
              </Table.Td>
              <Table.Td>
                <code>
                  <Revealed text={pointer === '' ? '(the whole)' : pointer} />
                </code>
              </Table.Td>
              <Table.Td>{offset.toLocaleString('en')}</Table.Td>
              <Table.Td>{length.toLocaleString('en')}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Severity({ severity }: Pick<Finding, 'severity'>) {
  return (
    <Badge color={COLORS[severity] ?? 'gray'} variant="light" radius="sm">
      {severity}
    </Badge>
  );
}
