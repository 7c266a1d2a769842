export { POLICY_LANGUAGE } from './policy-language.js';
