import { useEffect } from 'react';
import { useLocation } from 'wouter';
import { PAGES } from './pages.js';

/** Milliseconds in which the second key of two is to follow. */
const TOGETHER_MS = 1000;

/** `g` and the first letter of a page go there. */
export function useGoKeys(): void {
  const [, go] = useLocation();
  useEffect(() => {
    let pressedAt = -Infinity;
    const onKey = (event: KeyboardEvent) => {
      const isTyping =
        event.target instanceof HTMLElement && event.target.closest('input, textarea, select') !== null;
      if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      const page = PAGES.find(({ path }) => path[1] === event.key);
      const follows = event.timeStamp - pressedAt < TOGETHER_MS;
      pressedAt = event.key === 'g' ? event.timeStamp : -Infinity;
      if (!follows || page === undefined) return;
      // The same letter means something else on the page that is left.
      event.stopImmediatePropagation();
      go(page.path);
    };
    window.addEventListener('keydown', onKey, { capture: true });
    return () => window.removeEventListener('keydown', onKey, { capture: true });
  }, [go]);
}
