import { Module } from '@nestjs/common';
import { AppendQueue } from './append/append-queue.js';
import { recorderOf } from './append/record-stream.consumer.js';
import { auditWriterFlow } from './audit-writer.flow.js';
import { AnswerTraceResponder } from './query/answer-trace.responder.js';
import { VerifyLogResponder } from './query/verify-log.responder.js';

/** Records every message of the platform in the tamper-evident log, and answers from it. */
@Module({
  controllers: [...auditWriterFlow.consumes.map(recorderOf), AnswerTraceResponder, VerifyLogResponder],
  providers: [AppendQueue],
})
export class AuditWriterModule {}
