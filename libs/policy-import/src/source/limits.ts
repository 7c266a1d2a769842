/** Longest source, in characters: policies that people write are a few kilobytes. */
export const MAX_SOURCE_LENGTH = 1024 * 1024;
/** Deepest nesting of lists and mappings; the deepest of the formats has five levels. */
export const MAX_SOURCE_DEPTH = 32;
