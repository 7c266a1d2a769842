import { EventType, Subjects, type Output } from '@countersign/contracts';
import { byJob } from '../group-by-job.js';
import type { Check, Violation } from '../history.js';

/** I9: every record of a job names its one tenant, and what a tenant's jobs carry is in no record of another's. */
export const tenantsApart: Check = ({
  accepted,
  decisions,
  approvals,
  jobs,
  intake,
  effects,
  log,
  tap,
  tokens,
}) => {
  const owners = new Map(byJob([...decisions, ...jobs, ...accepted]));
  const rows = [
    ...decisions.map((row) => ({ ...row, place: 'decisions' })),
    ...approvals.map((row) => ({ ...row, place: 'approvals' })),
    ...jobs.map((row) => ({ ...row, place: 'jobs' })),
    ...intake.map((row) => ({ ...row, place: 'intake', text: '' })),
    ...effects.map((row) => ({ ...row, place: 'effects', text: '' })),
    ...log.flatMap(({ text, entry }) =>
      entry.job_id === null || entry.tenant_id === null || entry.type === EventType.Refused
        ? []
        : [{ jobId: entry.job_id, tenantId: entry.tenant_id, place: 'log', text }],
    ),
    ...tap.flatMap(({ type, text, subject }) => {
      if (type !== EventType.Output) return [];
      const tenantId = Subjects.output.parse(subject)?.tenant ?? '';
      return [{ jobId: (JSON.parse(text) as Output).job_id, tenantId, place: 'outputs', text }];
    }),
  ];
  return rows.flatMap(({ jobId, tenantId, place, text }): Violation[] => {
    const violation = (what: string, evidence: Violation['evidence']): Violation => ({
      invariant: 'I9',
      jobId,
      what,
      evidence: { place, ...evidence },
    });
    const owner = owners.get(jobId)?.tenantId;
    return [
      ...(owner === undefined || owner === tenantId
        ? []
        : [violation('is kept under another tenant', { owner, tenantId })]),
      ...tokens
        .filter((token) => token.tenantId !== tenantId && text.includes(token.token))
        .map((token) => violation('holds what belongs to another tenant', { tenantId, of: token.tenantId })),
    ];
  });
};
