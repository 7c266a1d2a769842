import type { ClaimAnswer } from '@countersign/contracts';
import type { WarrantClaims, WarrantSigner } from '@countersign/warrant';

type Granted = ClaimAnswer & { readonly ok: true };

/** An answer whose warrant is not signed yet. */
export type UnsignedAnswer =
  Exclude<ClaimAnswer, Granted> | (Omit<Granted, 'warrant'> & { readonly warrant: WarrantClaims });

/** Signs the warrants of many answers, all of them together. */
export async function signAnswers(
  answers: readonly UnsignedAnswer[],
  signer: Pick<WarrantSigner, 'sign'>,
): Promise<ClaimAnswer[]> {
  const tokens = await signer.sign(answers.flatMap((answer) => (answer.ok ? [answer.warrant] : [])));
  let next = 0;
  return answers.map((answer) => {
    if (!answer.ok) return answer;
    const warrant = tokens[next++];
    if (warrant === undefined) throw new Error('a warrant was not signed');
    return { ...answer, warrant };
  });
}
