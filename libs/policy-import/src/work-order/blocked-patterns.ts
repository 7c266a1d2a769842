const REGEX_SIGNS = [
  /\\[a-zA-Z.*+?()[\]]/,
  /\.[*+?]/,
  /\[[^\]]+-[^\]]+\]/,
  /\(\?/,
  /^\^/,
  /[^\s$]\$$/,
  /\w\|\w/,
  /\)[*+?]/,
];

/** Whether a blocked pattern was most likely meant as a regular expression; as plain text it would never be found. */
export const looksLikePattern = (pattern: string): boolean => REGEX_SIGNS.some((sign) => sign.test(pattern));

/** Whether a pattern is words alone, so that it can be looked for as a phrase, however it is quoted or spaced. */
export const isPhrase = (pattern: string): boolean =>
  /^[A-Za-z0-9_./:=@%+-]+(?: +[A-Za-z0-9_./:=@%+-]+)*$/.test(pattern.trim());
