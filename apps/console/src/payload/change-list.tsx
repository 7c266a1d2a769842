import { Revealed } from '../reveal/revealed.js';
import type { Change } from './changes-between.js';
import { ValueTree } from './value-tree.js';

/** What differs, before and after. */
export function ChangeList({ changes }: { readonly changes: readonly Change[] }) {
  return (
    <ul className="changes" aria-label="Changes">
      {changes.map(({ place, before, after }) => (
        <li key={place}>
          <code>
            <Revealed text={place === '' ? 'everything' : place} />
          </code>
          <del>{before === undefined ? 'nothing' : <ValueTree value={before} />}</del>
          <ins>{after === undefined ? 'nothing' : <ValueTree value={after} />}</ins>
        </li>
      ))}
    </ul>
  );
}
