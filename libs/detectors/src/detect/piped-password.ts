import type { Detector } from '../engine/detector.js';
import { KeyKind } from './key-name.js';
import { judgeValue } from './secret-value.js';

/** Commands that read a password from standard input. */
export const pipedKeywords: readonly string[] = [
  'chpasswd',
  'sudo -s',
  '--password-stdin',
  'passwd --stdin',
  'kinit ',
  'cryptsetup ',
];

const reach = 240;
const piped =
  /(?:^|[\n;&|$(]\s{0,4}|[#$>] )(?:echo|printf)(?: -[neE]{1,3})?(?: ["']%s(?:\\n)?["'])?[ \t]{1,4}(["']?)(?:[\w.@-]{1,64}:)?([^\s"'`|]{6,128})\1[ \t]{0,4}\|[^\n|]{0,120}$/;
const hereString = /^[^\n|;]{0,80}<<<[ \t]{0,4}["']?(?:[a-z_][\w.@-]{0,63}:)?([^\s"'`]{6,128})/;

/** `echo user:password | chpasswd`, and the same with `<<<`. */
export const detectPipedPassword: Detector = (view, start, end, report) => {
  const from = Math.max(0, start - reach);
  view.work.steps += reach;
  const before = piped.exec(view.text.slice(from, start));
  const after = hereString.exec(view.text.slice(end, end + reach));
  for (const [found, base] of [
    [before, from],
    [after, end],
  ] as const) {
    const value = found?.[found.length - 1];
    if (found === null || value === undefined) continue;
    const at = base + found.index + found[0].lastIndexOf(value);
    const written = view.settings.markers.without(value);
    if (judgeValue(written, KeyKind.Password, { quoted: true, loose: true }) !== undefined)
      report({ rule: 'secret.password-cli', start: at, end: at + value.length });
  }
};
