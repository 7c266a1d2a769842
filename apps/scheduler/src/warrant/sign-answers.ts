import type { ClaimAnswer } from '@countersign/contracts';
import type { WarrantClaims, WarrantSigner } from '@countersign/warrant';

type Granted = ClaimAnswer & { readonly ok: true };

/** An answer whose warrant is not signed yet. */
export type UnsignedAnswer =
  Exclude<ClaimAnswer, Granted> | (Omit<Granted, 'warrant'> & { readonly warrant: WarrantClaims });

/** Signs the warrants of the answers that grant a lease. */
export function signAnswers(
  answers: readonly UnsignedAnswer[],
  signer: Pick<WarrantSigner, 'sign'>,
): ClaimAnswer[] {
  return answers.map((answer) => (answer.ok ? { ...answer, warrant: signer.sign(answer.warrant) } : answer));
}
