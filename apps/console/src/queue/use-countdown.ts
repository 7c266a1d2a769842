import { useSyncExternalStore } from 'react';
import { serverNow } from '../api/server-clock.js';

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => listeners.forEach((tell) => tell()), 250);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Whole seconds until an instant by the server's clock; 0 from then on. */
export function useSecondsLeft(instant: string): number {
  const at = Date.parse(instant);
  return useSyncExternalStore(subscribe, () => Math.max(0, Math.ceil((at - serverNow()) / 1000)));
}

/** Seconds in words: `4:05`, `2 h 10 min`. */
export function inWords(seconds: number): string {
  if (seconds < 3600) return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  const hours = Math.floor(seconds / 3600);
  if (hours < 48) return `${hours} h ${Math.floor((seconds % 3600) / 60)} min`;
  return `${Math.floor(hours / 24)} days`;
}
