import {
  isApprovalSealed,
  isDecisionSealed,
  type SealableApproval,
  type SealableDecision,
} from '@countersign/contracts';
import type { PlatformConfig } from '@countersign/service-kit';

/** Tells what the policy-evaluator and the approval-service have said from what somebody else wrote in their place. */
export interface Seals {
  /** Whether a decision is what the policy-evaluator sealed. */
  readonly ofDecision: (decision: SealableDecision & { readonly seal: string }) => boolean;
  /** Whether an answered question is what the approval-service sealed. */
  readonly ofApproval: (approval: SealableApproval & { readonly seal?: string }) => boolean;
}

/** Reads the keys of both; throws `CodedError` where one is missing: without them the scheduler must not start. */
export function sealsOf({
  decisionSealKeys,
  approvalSealKeys,
}: Pick<PlatformConfig['secrets'], 'decisionSealKeys' | 'approvalSealKeys'>): Seals {
  const [decisionKeys, approvalKeys] = [decisionSealKeys(), approvalSealKeys()];
  return {
    ofDecision: (decision) => isDecisionSealed(decision, decisionKeys),
    ofApproval: (approval) => isApprovalSealed(approval, approvalKeys),
  };
}
