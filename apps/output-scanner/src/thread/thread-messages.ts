import type { Examined, ExamineOptions } from '../examine/examine-result.js';

/** What a thread is given: one result at a time. */
export interface ThreadRequest {
  readonly text: string;
  readonly options: ExamineOptions;
}

/** What a thread says. */
export type ThreadReply =
  /** It has loaded the detectors. `tid` is the kernel's number of it, where there is one to read its time by. */
  | { readonly kind: 'ready'; readonly tid: string | null }
  | { readonly kind: 'examined'; readonly examined: Examined }
  /** The scan threw. The name of the error alone: its message may quote the text. */
  | { readonly kind: 'failed'; readonly error: string };
