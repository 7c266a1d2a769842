import { Module } from '@nestjs/common';
import { EvaluateJobsConsumer } from './evaluate/evaluate-jobs.consumer.js';
import { EvaluateJobsHandler } from './evaluate/evaluate-jobs.handler.js';
import { ActivePolicy } from './policy/active-policy.js';

/** The policy decision point: it decides and enforces nothing. */
@Module({ controllers: [EvaluateJobsConsumer], providers: [ActivePolicy, EvaluateJobsHandler] })
export class PolicyEvaluatorModule {}
