import {
  ApprovalServiceModule,
  approvalSealersOf,
  migrations as approvalMigrations,
} from '@countersign/approval-service';
import { AuditWriterModule, migrations as auditMigrations } from '@countersign/audit-writer';
import { Service } from '@countersign/contracts';
import { configureHttp, GatewayModule, migrations as gatewayMigrations } from '@countersign/gateway';
import { migrations as scannerMigrations, OutputScannerModule } from '@countersign/output-scanner';
import type { ServiceMigrations } from '@countersign/persistence';
import {
  migrations as policyMigrations,
  PolicyEvaluatorModule,
  policyEvaluatorRenderers,
} from '@countersign/policy-evaluator';
import {
  migrations as schedulerMigrations,
  SchedulerModule,
  schedulerRenderers,
} from '@countersign/scheduler';
import type { ServiceApp } from '@countersign/service-kit';

/** Every service, as one process or as one process each. */
export const APPS: readonly ServiceApp[] = [
  { service: Service.AuditWriter, module: AuditWriterModule },
  { service: Service.PolicyEvaluator, module: PolicyEvaluatorModule, renderers: policyEvaluatorRenderers },
  { service: Service.ApprovalService, module: ApprovalServiceModule, sealersOf: approvalSealersOf },
  { service: Service.Scheduler, module: SchedulerModule, renderers: schedulerRenderers },
  { service: Service.OutputScanner, module: OutputScannerModule },
  { service: Service.Gateway, module: GatewayModule, configureHttp },
];

/** Every service's schema. */
export const MIGRATIONS: readonly ServiceMigrations[] = [
  auditMigrations,
  policyMigrations,
  approvalMigrations,
  schedulerMigrations,
  scannerMigrations,
  gatewayMigrations,
];
