import type { Approval } from '../api/types.js';
import { Revealed } from '../reveal/revealed.js';
import { Facts } from '../shell/facts.js';
import { Tags } from '../shell/tags.js';

/** Why the policy wants a person to look at it, and which persons. */
export function WhyItAsks({ approval }: { readonly approval: Approval }) {
  const { quorum = 1, groups = [], votes = [], never_auto_approve } = approval;
  const approved = votes.filter(({ vote }) => vote === 'approve').length;
  return (
    <section className="panel" aria-label="Why the policy asks">
      <h3>Why the policy asks</h3>
      <p className="reason">
        <Revealed text={approval.reason} />
      </p>
      <Facts
        rows={[
          [approval.rule_ids.length > 1 ? 'Rules' : 'Rule', <Tags key="rules" words={approval.rule_ids} />],
          ['Risk', approval.risk === undefined || approval.risk === 'usual' ? null : approval.risk],
          [
            'Always asks',
            never_auto_approve ? 'a person decides about this, whatever the rules allow' : null,
          ],
          ['Approvals needed', quorum > 1 ? `${quorum} (${approved} so far)` : null],
          ['Of the groups', groups.length > 0 ? <Tags key="groups" words={groups} /> : null],
        ]}
      />
    </section>
  );
}
