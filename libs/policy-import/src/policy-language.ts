/** The version of the policy language that imports are written in. */
export const POLICY_LANGUAGE = 'v1';
