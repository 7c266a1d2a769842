import { Revealed } from '../reveal/revealed.js';

/** Words from outside, each on a plate of its own. Nothing for none. */
export function Tags({ words }: { readonly words: readonly string[] | undefined }) {
  if (words === undefined || words.length === 0) return null;
  return (
    <span className="tags">
      {words.map((word) => (
        <span key={word} className="tag">
          <Revealed text={word} />
        </span>
      ))}
    </span>
  );
}
