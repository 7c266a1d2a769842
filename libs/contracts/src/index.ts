export {
  CORE_ACCOUNT,
  PROVISIONER_USER,
  SYSTEM_USER,
  apiPrefixOf,
  brokerUsers,
  inboxPrefix,
  poolAccount,
  poolUser,
  producerAccount,
  producerUser,
  responderUser,
  serviceAccount,
  serviceUser,
  type BrokerUser,
} from './broker-accounts.js';
export * from './blobs.js';
export * from './broker-config.js';
export * from './canonical-job.js';
export * from './envelope.js';
export * from './findings.js';
export * from './job-states.js';
export * from './limits.js';
export * from './approval-messages.js';
export * from './decision-messages.js';
export * from './event-messages.js';
export * from './job-messages.js';
export * from './run-messages.js';
export * from './verdict-messages.js';
export * from './output-messages.js';
export * from './output-policy.js';
export * from './policy-messages.js';
export * from './reason-codes.js';
export * from './review-messages.js';
export {
  approvalSeal,
  decisionSeal,
  isApprovalSealed,
  isDecisionSealed,
  parseSealKeys,
  type SealKeys,
  type SealableApproval,
  type SealableDecision,
} from './seals.js';
export * from './streams.js';
export * from './subject.js';
export * from './subjects.js';
export * from './topology.js';
export * from './validate.js';
