/** Commands that run another command, or a text as one: what they are given would have to be judged in their place. */
const WRAPPERS: ReadonlySet<string> = new Set(
  (
    'sh bash dash ash zsh ksh csh tcsh fish pwsh powershell cmd cmd.exe busybox toybox env sudo su doas pkexec runuser ' +
    'xargs parallel nohup nice ionice timeout time setsid stdbuf script watch exec eval source . command builtin ' +
    'chroot unshare nsenter flock strace ltrace gdb expect ssh rsh at batch crontab start-stop-daemon systemd-run ' +
    'python python2 python3 perl ruby node php lua awk gawk mawk tclsh osascript deno bun'
  ).split(' '),
);
/** Options by which harmless commands run others. */
const RUNS =
  /^-{1,2}(?:exec|execdir|ok|okdir|eval|command|checkpoint-action|to-command|use-compress-program|rsh|rsh-command|pager|upload-pack|receive-pack|ext-diff|shell)(?:=|$)/;
const PLAIN = /^[A-Za-z0-9_./:=,@%+^-]+$/;

/**
 * Whether a command is one simple command that begins with the words of one of the prefixes. Strict: whatever a shell
 * might read as more than words is not allowed, and so are commands that run others, unless a prefix names them.
 */
export function isShellAllowed(command: string | readonly string[], prefixes: readonly string[]): boolean {
  const words = typeof command === 'string' ? simpleWords(command) : listWords(command);
  if (!words || words.length === 0) return false;
  return (
    prefixes.some((prefix) => {
      const wanted = simpleWords(prefix);
      if (!wanted || wanted.length === 0 || wanted.length > words.length) return false;
      return (
        wanted.every((word, at) => word === words[at]) &&
        words.slice(wanted.length).every((word) => isHarmless(word))
      );
    }) && !isWrapper(words[0] ?? '')
  );
}

const isWrapper = (word: string) => WRAPPERS.has(word.slice(word.lastIndexOf('/') + 1).toLowerCase());
const isHarmless = (word: string) => !RUNS.test(word.toLowerCase()) && !isWrapper(word);

/** The arguments of a program that no shell sees. */
function listWords(words: readonly string[]): readonly string[] | undefined {
  return words.some((word) => /[\p{Cc}]/u.test(word)) ? undefined : words;
}

/** The words of a command line without anything that a shell expands; undefined if there is something else in it. */
function simpleWords(text: string): string[] | undefined {
  const words: string[] = [];
  const piece = /[ \t]+|'([^'\p{Cc}]*)'|"([^"$`\\!\p{Cc}]*)"|([^\s'"]+)/uy;
  let word: string | undefined;
  while (piece.lastIndex < text.length) {
    const found = piece.exec(text);
    if (!found) return undefined;
    const [, single, double, bare] = found;
    const part = single ?? double ?? bare;
    if (bare !== undefined && !PLAIN.test(bare)) return undefined;
    if (part !== undefined) word = (word ?? '') + part;
    else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}
