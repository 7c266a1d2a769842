import { memo } from 'react';
import { reveal } from './reveal.js';

/**
 * A text from outside, as text nodes alone: never as markup, and with everything in it that can't be seen made visible.
 * It is an island of its own direction: nothing in it reorders what stands beside it.
 */
export const Revealed = memo(function Revealed({ text }: { readonly text: string }) {
  return (
    <bdi className="revealed" dir="ltr">
      {reveal(text).map((segment, i) =>
        segment.hidden ? (
          <mark key={i} className="hidden-character" data-kind={segment.kind} title={segment.title}>
            {segment.text}
          </mark>
        ) : (
          segment.text
        ),
      )}
    </bdi>
  );
});
