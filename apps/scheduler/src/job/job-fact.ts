import type { ApprovalResolved, Result, Verdict } from '@countersign/contracts';

/** The message a step follows from. */
export interface Cause {
  readonly id: string;
  readonly traceparent: string;
}

/** Something a message or command says about a job: plain data, so that it can wait in a table for the job's row. */
export type JobFact =
  | {
      readonly kind: 'approval';
      readonly jobId: string;
      readonly cause: Cause;
      readonly approval: ApprovalResolved;
    }
  | {
      readonly kind: 'result';
      readonly jobId: string;
      readonly cause: Cause;
      /** The pool of the subject, which the worker's account stamped. */
      readonly pool: string;
      /** The topic under which the worker reported, without `job.`. */
      readonly tail: string;
      readonly digest: string;
      readonly result: Pick<Result, 'attempt' | 'lease' | 'status' | 'run_id' | 'constraints_digest'>;
    }
  | {
      readonly kind: 'verdict';
      readonly jobId: string;
      readonly cause: Cause;
      /** The topic under which the worker reported, without `job.`. */
      readonly tail: string;
      readonly verdict: Verdict;
    }
  | {
      readonly kind: 'cancel';
      readonly jobId: string;
      readonly cause: Cause;
      readonly tenantId: string;
      readonly caller: string;
    };

/** A fact about one run of a job. */
export type RunFact = JobFact & { readonly kind: 'result' | 'verdict' };
