import type { Approval } from '../api/types.js';
import { Revealed } from '../reveal/revealed.js';
import { Facts } from '../shell/facts.js';
import { Hash } from '../shell/hash.js';
import { Moment } from '../shell/moment.js';
import type { Integrity } from './use-integrity.js';

const PROOFS: Readonly<Record<string, string>> = {
  loopback: 'nobody checked: it came from this machine',
  api_key: 'an API key',
  token: 'a token of a configured issuer',
  account: 'an account of the broker',
};

const INTEGRITY: Readonly<Record<Integrity, string>> = {
  checking: 'being compared',
  matches: 'matches what is shown',
  differs: 'is NOT of what is shown',
  unknown: 'can’t be compared in this browser',
};

/** Who wants it, how that is known, and the digest that an answer is bound to. */
export function WhoAsked({
  approval,
  integrity,
}: {
  readonly approval: Approval;
  readonly integrity: Integrity;
}) {
  const { caller, agent_id, proof } = approval;
  return (
    <section className="panel" aria-label="Who asked">
      <h3>Who asked</h3>
      <Facts
        rows={[
          ['Caller', typeof caller === 'string' ? <Revealed key="caller" text={caller} /> : null],
          ['Known by', typeof proof === 'string' ? (PROOFS[proof] ?? proof) : null],
          ['Agent', agent_id === null ? 'unknown' : <Revealed key="agent" text={agent_id} />],
          ['Tenant', approval.tenant_id],
          ['Asked', <Moment key="asked" at={approval.created_at} />],
          ['Job', <Hash key="job" value={approval.job_id} />],
          [
            'Digest',
            <span key="digest" data-integrity={integrity}>
              <Hash value={approval.job_hash} /> <span className="muted">{INTEGRITY[integrity]}</span>
            </span>,
          ],
        ]}
      />
    </section>
  );
}
