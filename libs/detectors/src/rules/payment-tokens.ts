import { token, type TokenRule } from '../rule/token-rule.js';

const critical = { severity: 'critical' } as const;
const low = { severity: 'low' } as const;

/** Keys of payment and commerce providers. Keys of test modes move no money, so they are of low severity. */
export const paymentTokens: readonly TokenRule[] = [
  token(
    'stripe-access-token',
    ['sk_live_{alnum:16-200}', 'rk_live_{alnum:16-200}', 'sk_prod_{alnum:16-200}', 'rk_prod_{alnum:16-200}'],
    critical,
  ),
  token('stripe-test-token', ['sk_test_{alnum:16-200}', 'rk_test_{alnum:16-200}'], low),
  token('stripe-webhook-secret', ['whsec_{base64:24-64}{padding:0-2}']),
  token('square-access-token', ['sq0atp-{token:22}', 'EAAA{token:60}'], critical),
  token('square-secret', ['sq0csp-{token:43}'], critical),
  token('shopify-access-token', ['shpat_{anyhex:32}'], critical),
  token('shopify-custom-access-token', ['shpca_{anyhex:32}'], critical),
  token('shopify-private-app-access-token', ['shppa_{anyhex:32}'], critical),
  token('shopify-shared-secret', ['shpss_{anyhex:32}'], critical),
  token(
    'plaid-api-token',
    ['access-sandbox-{uuid}', 'access-development-{uuid}', 'access-production-{uuid}'],
    critical,
  ),
  token(
    'flutterwave-secret-key',
    ['FLWSECK-{hex:32}-X', 'FLWSECK-{hex:42}-X', 'FLWSECK_TEST-{hex:32}-X', 'FLWSECK_TEST-{anyhex:12-32}'],
    critical,
  ),
  token('flutterwave-encryption-key', ['FLWSECK_TEST{anyhex:12}'], { exact: true }),
  token('easypost-api-token', ['EZAK{alnum:54}'], critical),
  token('easypost-test-api-token', ['EZTK{alnum:54}'], low),
  token('duffel-api-token', ['duffel_live_{base64url:43}', 'duffel_test_{base64url:43}'], critical),
  token('shippo-api-token', ['shippo_live_{hex:40}', 'shippo_test_{hex:40}'], critical),
  token('lob-api-key', ['live_{hex:35}', 'test_{hex:35}'], { exact: true }),
  token('gocardless-api-token', ['live_{base64url:40}', 'sandbox_{base64url:40}'], {
    exact: true,
    random: true,
  }),
  token('mollie-api-key', ['live_{alnum:30}', 'test_{alnum:30}'], { exact: true, random: true }),
  token('razorpay-key', ['rzp_live_{alnum:14}', 'rzp_test_{alnum:14}'], { severity: 'medium', random: true }),
  token(
    'paypal-access-token',
    ['access_token$production${lownum:16}${hex:32}', 'access_token$sandbox${lownum:16}${hex:32}'],
    critical,
  ),
  token('polar-access-token', ['polar_oat_{alnum:40-50}', 'polar_pat_{alnum:40-50}']),
  token('ramp-client-secret', ['ramp_sec_{alnum:40-60}']),
  token('ramp-client-id', ['ramp_id_{alnum:40-60}'], { severity: 'low' }),
  token('xendit-api-key', ['xnd_production_{alnum:40-80}', 'xnd_development_{alnum:40-80}'], critical),
  token('checkout-secret-key', ['sk_sbox_{lownum:26-30}', 'sk_{uuid}'], critical),
  token('monzo-access-token', ['mnzconf.{token:40-200}', 'mnzpub.{token:40-200}']),
  token('lemon-squeezy-token', ['lmsq_{alnum:32-64}']),
  token('frameio-api-token', ['fio-u-{base64url:64}']),
];
