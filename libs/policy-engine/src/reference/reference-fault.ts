/** What the reference interpreter can't decide upon: a request outside the grammar, rules that contradict each other. */
export class ReferenceFault extends Error {
  override readonly name = 'ReferenceFault';
}
