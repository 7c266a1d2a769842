import { useEffect, useState } from 'react';
import type { Approval } from '../api/types.js';
import { canonicalJson, digestOf } from '../payload/canonical-json.js';

/** Whether what is shown is what the approval is bound to. `unknown`: this browser can't tell (it has no digests off https). */
export type Integrity = 'checking' | 'matches' | 'differs' | 'unknown';

/** Computes the hash of the job as it is shown, and compares. */
export function useIntegrity(approval: Approval): Integrity {
  const [result, setResult] = useState<{ readonly of: Approval; readonly integrity: Integrity }>();
  useEffect(() => {
    let isCurrent = true;
    const tell = (integrity: Integrity) => isCurrent && setResult({ of: approval, integrity });
    if (approval.job === null) tell('unknown');
    else
      digestOf(canonicalJson(approval.job)).then(
        (digest) =>
          tell(digest === undefined ? 'unknown' : digest === approval.job_hash ? 'matches' : 'differs'),
        () => tell('unknown'),
      );
    return () => void (isCurrent = false);
  }, [approval]);
  return result?.of === approval ? result.integrity : 'checking';
}
