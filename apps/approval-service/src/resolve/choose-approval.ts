import { ApprovalKind, ApprovalState, type Approval } from '../approval/approval.js';

/** What a vote says about which question it answers. */
export interface QuestionRef {
  readonly tenant_id: string;
  readonly job_id: string;
  readonly kind?: ApprovalKind;
}

/**
 * Index of the question that a vote is about, in a list ordered by age; -1 when there is none. A vote that does not say
 * its kind is about the job where the job was ever asked about, so an approval sent twice cannot release an output.
 * Of several outputs it is about the open one, else the latest.
 */
export function chooseApproval(
  approvals: readonly Pick<Approval, 'tenant_id' | 'job_id' | 'kind' | 'state'>[],
  ref: QuestionRef,
): number {
  const find = (kind: ApprovalKind, isWanted: (state: ApprovalState) => boolean) =>
    approvals.findLastIndex(
      (a) => a.tenant_id === ref.tenant_id && a.job_id === ref.job_id && a.kind === kind && isWanted(a.state),
    );
  const kinds = ref.kind === undefined ? [ApprovalKind.Job, ApprovalKind.Output] : [ref.kind];
  for (const kind of kinds) {
    const open = find(kind, (state) => state === ApprovalState.Pending);
    const latest = open === -1 ? find(kind, () => true) : open;
    if (latest !== -1) return latest;
  }
  return -1;
}
