const wordsOf = (...lines: readonly string[]): readonly string[] => lines.join(' ').split(' ');

/** Commands that run a program or a text of their own language, which they are given. */
export const INTERPRETERS: readonly string[] = wordsOf(
  'sh bash rbash dash ash zsh ksh mksh csh tcsh fish pwsh powershell cmd python pypy ipython perl ruby irb node nodejs php',
  'lua luajit awk gawk mawk nawk tclsh wish expect deno bun rscript julia guile racket sbcl clisp ghci runghc groovy jshell',
  'jrunscript osascript wscript cscript octave erl iex elixir ocaml swipl',
);

/** Commands that run another command, which stands behind them. */
export const WRAPPERS: readonly string[] = wordsOf(
  'busybox toybox env sudo su doas pkexec runuser xargs parallel nohup nice ionice timeout gtimeout time setsid stdbuf',
  'unbuffer script watch exec eval source command builtin chroot unshare nsenter flock strace ltrace gdb lldb ssh rsh',
  'rlogin mosh sshpass at batch crontab start-stop-daemon systemd-run run-parts setpriv setarch linux32 linux64 taskset',
  'numactl chrt cgexec prlimit valgrind rlwrap faketime proxychains proxychains4 torify torsocks fakeroot fakechroot',
  'firejail bwrap runcon capsh gosu su-exec tini dumb-init dtach entr daemonize chpst envdir run-one hyperfine choom',
  'catchsegv npx pnpx bunx uvx pipx nix-shell wine rundll32 mshta wmic forfiles run-mailcap x-terminal-emulator xterm',
);

/** Commands that run others on a key, in a text of theirs or in what they are set up with; as words elsewhere harmless. */
const ESCAPES: readonly string[] = wordsOf(
  '. vi vim vimdiff view rvim ex nvim gvim ed red emacs nano pico joe micro less more most pg man info pager zless bzless',
  'mail mailx mutt telnet ftp lftp tftp sftp psql mysql mariadb sqlite3 mongo mongosh redis-cli m4 dc gnuplot maxima tmux',
  'screen byobu perf start call daemon trace tig gitk top htop nnn ranger mc cowsay cowthink dmesg journalctl systemctl',
  'systemd-ask-password loginctl snap flatpak scp socat nc ncat netcat nmap openvpn dvips latex pdflatex xelatex lualatex',
  'tex pdftex luatex r bpftrace stap crash cscope ctags nroff troff groff service vagrant terraform ansible',
  'ansible-playbook puppet msbuild regsvr32 installutil dotnet mono java scala logrotate aria2c pandoc ghostscript gs',
);

const RUNNERS: ReadonlySet<string> = new Set([...INTERPRETERS, ...WRAPPERS]);
const REFUSED_FIRST: ReadonlySet<string> = new Set([...RUNNERS, ...ESCAPES]);

/** Options, without dashes, by which otherwise harmless commands run others. */
const LONG: readonly string[] = wordsOf(
  'exec execdir ok okdir eval execute command checkpoint-action to-command use-compress-program compress-program rsh',
  'rsh-command rmt-command rsync-path info-script new-volume-script pager upload-pack receive-pack ext-diff extcmd shell',
  'script-shell strip-program filter unzip-command sh-exec lua-exec use-askpass exec-path config-env toolexec post-command',
  'open-files-in-pager exec-batch pre-invoke post-invoke pipe node-options wrapper gpg-program hook',
);
/** Options that are the beginning of one of those and another option by themselves. */
const OTHERS: ReadonlySet<string> = new Set(['checkpoint', 'use', 'new', 'info', 'open']);
const SHORTEST_ABBREVIATION = 3;

/** Other makefiles, text that make expands, and variables that name commands by convention. */
const MAKE =
  /^(?:-[A-Za-z]*[fEC].*|--(?:file|makefile|directory|include-dir).*|.*\$.*|(?:SHELL|\.SHELLFLAGS|MAKE[A-Z]*|CC|CXX|CPP|LD|AR|AS|RM|[A-Z_]*(?:CMD|COMMAND|FLAGS))[:+?]*=.*)$/;

/** What else commands run others by: words of theirs, cased as they are. */
const BY_COMMAND: Readonly<Record<string, RegExp>> = {
  git: /^(?:-c|-[xO].*|ext::.*|fd::.*|--textconv|--config(?:=.*)?|--template(?:=.*)?)$/,
  'git clone': /^-u/,
  hg: /^(?:--config.*|-y?r?cb.*)$/,
  tar: /^(?:-?[A-Za-z]*[IF].*)$/,
  bsdtar: /^(?:-?[A-Za-z]*[IF].*)$/,
  rsync: /^(?:-[A-Za-z]*[eM].*|--remote-option.*)$/,
  zip: /^(?:-[A-Za-z]*T.*|--test)$/,
  tcpdump: /^-[A-Za-z]*z/,
  wget: /^-[A-Za-z]*e/,
  fd: /^-[A-Za-z]*[xX]/,
  fdfind: /^-[A-Za-z]*[xX]/,
  go: /^-{1,2}(?:exec|toolexec|vettool|ldflags|gcflags|overlay)(?:=|$)/,
  gcc: /^-(?:wrapper|fplugin|specs|B).*/,
  cc: /^-(?:wrapper|fplugin|specs|B).*/,
  'g++': /^-(?:wrapper|fplugin|specs|B).*/,
  clang: /^-(?:fplugin|Xclang|B).*/,
  // The scripts of another folder, and settings of which some name a shell.
  npm: /^(?:-C.*|-{1,2}(?:prefi|userc|globalc).*)$/,
  pnpm: /^(?:-C.*|-{1,2}(?:prefi|dir|userc|globalc).*)$/,
  yarn: /^--(?:cwd|use-yarnrc).*$/,
  make: MAKE,
  gmake: MAKE,
  cmake: /^(?:-[PE].*|-D.*(?:LAUNCHER|COMPILER).*)$/,
  apt: /^(?:-[A-Za-z]*[oc].*|--option.*|--config-file.*|changelog)$/,
  'apt-get': /^(?:-[A-Za-z]*[oc].*|--option.*|--config-file.*|changelog)$/,
  rpm: /^(?:-[A-Za-z]*E.*|--define.*)$/,
  mvn: /^(?:exec|antrun|groovy)(?::|$)/,
  ip: /^(?:netns|vrf|-b|-batch)$/,
  mount: /^-[A-Za-z]*[ot]/,
  pip: /^(?:--(?:python|editor).*|config)$/,
  'ssh-keygen': /^-[A-Za-z]*D/,
  openssl: /^-?(?:engine|provider(?:-path)?)$/,
  cpio: /^-[A-Za-z]*F/,
  dpkg: /^(?:-[A-Za-z]*i|--install|--unpack|--configure|--root.*|--instdir.*)$/,
  kubectl: /^(?:--kubeconfig.*|edit|proxy)$/,
};

/** Subcommands of commands that run what stands behind them. */
const SUBCOMMANDS: Readonly<Record<string, readonly string[]>> = {
  git: wordsOf(
    'bisect submodule filter-branch filter-repo difftool mergetool instaweb send-email daemon shell config hook help',
    'web--browse remote-ext remote-fd upload-pack receive-pack maintenance for-each-repo credential gui citool',
  ),
  docker: wordsOf('run exec debug sandbox'),
  podman: wordsOf('run exec unshare'),
  nerdctl: wordsOf('run exec'),
  kubectl: wordsOf('run exec debug attach'),
  lxc: wordsOf('exec launch init'),
  npm: wordsOf('exec x init create explore config set edit'),
  pnpm: wordsOf('exec dlx create config'),
  yarn: wordsOf('exec dlx create node config'),
  bundle: wordsOf('exec open console'),
  composer: wordsOf('exec global config'),
  poetry: wordsOf('run shell'),
  pipenv: wordsOf('run shell'),
  uv: wordsOf('run tool'),
  conda: wordsOf('run'),
  nix: wordsOf('run shell develop eval'),
  direnv: wordsOf('exec'),
  cargo: wordsOf('install'),
  go: wordsOf('run generate tool'),
  rustup: wordsOf('run'),
  rbenv: wordsOf('exec'),
  pyenv: wordsOf('exec'),
  asdf: wordsOf('exec'),
  mise: wordsOf('exec x'),
  aws: wordsOf('help configure'),
  gh: wordsOf('alias extension codespace'),
  gem: wordsOf('exec open'),
  adb: wordsOf('shell'),
  hg: wordsOf('debugshell serve'),
  svn: wordsOf('propedit'),
  busctl: wordsOf('call'),
};
/** Words before a subcommand that has no options between: `docker compose run`. */
const GROUPS: readonly string[] = ['compose', 'container'];
/** Commands that are harmless with an option only. */
const ONLY_WITH: Readonly<Record<string, string>> = { sed: '--sandbox', gsed: '--sandbox' };

/** The name of a command without its folder, its version and what Windows appends. */
export function commandName(word: string): string {
  return word
    .slice(Math.max(word.lastIndexOf('/'), word.lastIndexOf('\\')) + 1)
    .toLowerCase()
    .replace(/\.(?:exe|cmd|bat|com)$/, '');
}

/** Names of commands with a version behind them, such as `python3.12`, count as the command. */
function isIn(names: ReadonlySet<string>, word: string): boolean {
  const name = commandName(word);
  return names.has(name) || names.has(name.replace(/[-.]?[0-9]+(?:\.[0-9]+)*[a-z]?$/, ''));
}

/** Whether a command, named by its first word, is none that `shell.allowed` ever allows. */
export function isNeverAllowed(word: string): boolean {
  return isIn(REFUSED_FIRST, word) || word.includes('=');
}

/** Whether a word names a command that runs another command, or a text as one. */
export function runsOthers(word: string): boolean {
  return isIn(RUNNERS, word);
}

/**
 * Whether a command, given by its words, runs others: by what it is, by an option, by a subcommand, or because one of its
 * words from `from` on names a command that does (`git log sh`). It is a list of the known, and knows nothing of what a file says.
 */
export function mayRunOthers(words: readonly string[], from: number): boolean {
  const [first = '', ...rest] = words;
  if (isNeverAllowed(first)) return true;
  const name = commandName(first);
  const needed = own(ONLY_WITH, name);
  if (needed !== undefined && !words.includes(needed)) return true;
  const subcommands = own(SUBCOMMANDS, name) ?? [];
  const leading = leadingWords(rest);
  const patterns = [own(BY_COMMAND, name), own(BY_COMMAND, `${name} ${leading[0] ?? ''}`)];
  return (
    leading.some((word) => subcommands.includes(word)) ||
    rest.some((word) => isRunningOption(word) || patterns.some((is) => is?.test(word))) ||
    words.slice(from).some(runsOthers)
  );
}

/** The words of which one is the subcommand: any option before it may take the next word as its value. */
function leadingWords(rest: readonly string[]): readonly string[] {
  const leading: string[] = [];
  let left = 1;
  for (const word of rest) {
    if (word.startsWith('-') || GROUPS.includes(word)) left += 1;
    if (word.startsWith('-')) continue;
    leading.push(word);
    left -= 1;
    if (left === 0) break;
  }
  return leading;
}

function isRunningOption(word: string): boolean {
  const given = /^-{1,2}([a-z][a-z-]*)(?:=|$)/.exec(word.toLowerCase())?.[1];
  if (given === undefined) return false;
  if (LONG.includes(given)) return true;
  if (given.length < SHORTEST_ABBREVIATION || OTHERS.has(given) || !word.startsWith('--')) return false;
  return LONG.some((option) => option.startsWith(given));
}

function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
