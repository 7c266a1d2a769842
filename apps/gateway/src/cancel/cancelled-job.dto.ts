import { ApiProperty } from '@nestjs/swagger';
import { JobState } from '@countersign/contracts';

/** Where a job is after its cancellation was asked for. */
export class CancelledJobDto {
  @ApiProperty()
  readonly job_id!: string;
  @ApiProperty({
    enum: Object.values(JobState),
    description: 'CANCELLED, or RUNNING until its worker reports.',
  })
  readonly state!: string;
}

/** Reads the scheduler's answer: the members themselves, or those of its `job`. Throws when no state is told. */
export function cancelledJob(jobId: string, members: Readonly<Record<string, unknown>>): CancelledJobDto {
  const job = typeof members['job'] === 'object' && members['job'] !== null ? members['job'] : members;
  if (!('state' in job) || typeof job.state !== 'string')
    throw new Error('the scheduler answered without a state');
  return { ...job, job_id: jobId, state: job.state };
}
