import { SegmentedControl } from '@mantine/core';
import { useMemo, useState } from 'react';
import { sizeOf } from '../reveal/fold.js';
import { canonicalJson } from './canonical-json.js';
import { FoldedText } from './folded-text.js';
import { ValueTree } from './value-tree.js';

/** A value as a tree, or as the canonical text that its digest is of. */
export function Payload({ value, label }: { readonly value: unknown; readonly label: string }) {
  const [view, setView] = useState('tree');
  const raw = useMemo(() => canonicalJson(value), [value]);
  return (
    <section className="payload" aria-label={label}>
      <header className="section-head">
        <h3>{label}</h3>
        <span className="muted">{sizeOf(raw)}</span>
        <SegmentedControl
          size="xs"
          aria-label={`View of ${label.toLowerCase()}`}
          data={[
            { value: 'tree', label: 'Tree' },
            { value: 'raw', label: 'Raw' },
          ]}
          value={view}
          onChange={setView}
        />
      </header>
      <div
        className="payload-body"
        data-testid="payload"
        tabIndex={0}
        role="group"
        aria-label={`${label}: content`}
      >
        {view === 'tree' ? (
          <ValueTree value={value} />
        ) : (
          <pre className="raw">
            <FoldedText text={raw} />
          </pre>
        )}
      </div>
    </section>
  );
}
