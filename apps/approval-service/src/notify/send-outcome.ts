/** What became of one try. `why` is a word of ours or a status, never one of the receiver's. */
export type SendOutcome =
  | { readonly kind: 'taken' }
  /** The receiver says that it wants nothing any more. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'failed'; readonly why: string; readonly askedSec?: number };
