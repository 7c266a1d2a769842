import { IconMessageCircleQuestion } from '@tabler/icons-react';
import type { Rationale } from '../api/types.js';
import { FoldedText } from '../payload/folded-text.js';
import { Facts } from '../shell/facts.js';

const text = (value: string | undefined) =>
  value === undefined ? null : <FoldedText key={value.slice(0, 20)} text={value} />;

/** What the agent says of its own job: apart from what is known, and labelled as what it is. */
export function AgentsWords({ rationale }: { readonly rationale: Rationale }) {
  const { reasoning, confidence, alternatives_considered: alternatives, risk_assessment: risk } = rationale;
  return (
    <section className="panel agents-words" aria-label="The agent’s claim">
      <h3>
        <IconMessageCircleQuestion size={18} aria-hidden /> The agent’s claim
        <span className="muted"> — its own words about itself. Nobody has checked them.</span>
      </h3>
      <Facts
        rows={[
          ['Why', text(reasoning)],
          ['Risk', text(risk)],
          ['Confidence', confidence === undefined ? null : `${Math.round(confidence * 100)} %, it says`],
          [
            'Instead',
            alternatives === undefined || alternatives.length === 0 ? null : text(alternatives.join('\n')),
          ],
        ]}
      />
    </section>
  );
}
