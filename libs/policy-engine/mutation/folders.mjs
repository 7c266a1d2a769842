/**
 * The folders of the engine that are mutated, one run each, and the specs that speak of them. More specs could only find
 * more; these are enough and load quickly.
 */
export const SPECS = {
  topic: ['src/topic/**/*.spec.ts', 'src/proofs/topic-matcher.spec.ts'],
  resource: ['src/resource/**/*.spec.ts', 'src/proofs/{glob-matcher,resource-names}.spec.ts'],
  classify: ['src/classify/**/*.spec.ts', 'src/decide/decide.spec.ts'],
  decide: ['src/decide/**/*.spec.ts', 'src/proofs/second-opinion-1.spec.ts'],
  cel: ['src/cel/**/*.spec.ts', 'src/proofs/command-escapes.spec.ts', 'src/load/every-error.spec.ts'],
  load: ['src/load/**/*.spec.ts', 'src/tests/policy-tests.spec.ts'],
  print: ['src/print/**/*.spec.ts'],
  explain: ['src/explain/**/*.spec.ts'],
};

/** What a run without names takes: what decides. The others are asked for by name. */
export const FOLDERS = ['topic', 'resource', 'classify', 'decide'];
