/** What is wrong with the policy that was to come into force. */
export interface PolicyTrouble {
  readonly code: string;
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** How many problems there are besides. */
  readonly more: number;
}

/** What decides, and whether it is what was last meant to. */
export interface PolicyHealth {
  readonly snapshot: string;
  readonly policy_id: string | null;
  readonly policy_version: string | null;
  readonly activated_at: string;
  /** Since when something newer is refused, RFC 3339; null when nothing is. */
  readonly stale_since: string | null;
  readonly problem: PolicyTrouble | null;
}
