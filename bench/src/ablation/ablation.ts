/** The variants of the governed road that go without a part of it, and without which. */
export const ABLATED = {
  'governed-open': ['claim', 'warrant', 'accounts'],
  /** A warrant comes in the answer to a claim: without claims there are none. */
  'without-claim': ['claim', 'warrant'],
  'without-warrant': ['warrant'],
  'without-accounts': ['accounts'],
} as const satisfies Readonly<Record<string, readonly Ablation[]>>;

/** What the governed road can be run without, to see what it costs. Only here: no product build has such a switch. */
export type Ablation =
  /** The request by which a worker gets the lease of an offer. Without it, the offer is leased when it is made. */
  | 'claim'
  /** The signed permission to run: what is stored is neither judged for it, nor is it signed, sent or verified. */
  | 'warrant'
  /** Accounts, imports, exports and rights on the broker. Without them, all users are in one account and may do all. */
  | 'accounts';

export type AblatedVariant = keyof typeof ABLATED;

/** Whether a variant goes without something. */
export const isAblated = (variant: string): variant is AblatedVariant => Object.hasOwn(ABLATED, variant);
