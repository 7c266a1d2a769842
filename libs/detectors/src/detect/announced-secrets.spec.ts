import { describe, expect, it } from 'vitest';
import { scanText } from '../scan/scan-text.js';
import { expandExample } from '../testing/example-text.js';

const secret = 'Maple-{realdigits:3}-{alnum:9}';

/** Texts in which only the surroundings say what the value is. */
const announced = [
  `echo "deploy:«${secret}»" | chpasswd`,
  `chpasswd <<< "deploy:«${secret}»"`,
  `echo «${secret}» | sudo -S systemctl restart app`,
  `printf '%s\\n' '«${secret}»' | sudo -S id`,
  `echo «${secret}» | docker login -u ci --password-stdin registry.corp`,
  `htpasswd -nbB deploy «${secret}»`,
  `<Password><Value>«${secret}»</Value><PlainText>true</PlainText></Password>`,
  `<Param><Name>db_password</Name><Value>«${secret}»</Value></Param>`,
  `mysql -u app -p«${secret}» -h db app`,
  `curl -u deploy:«P@ss{realdigits:4}{alnum:6}» https://files.corp/`,
  `sshpass -p «${secret}» ssh deploy@host`,
  `docker login -u ci -p «${secret}» registry.corp`,
  `PGPASSWORD=«${secret}» psql -h db`,
  `REDISCLI_AUTH=«${secret}» redis-cli ping`,
  `machine git.corp\n\tlogin ci\n\tpassword «${secret}»\n`,
  `*:*:*:postgres:«${secret}»`,
  `ipmitool -H host -U ADMIN -P «${secret}» power status`,
  `schtasks /create /tn job /ru app /rp «${secret}»`,
  `New password for deploy: «${secret}»`,
  `I changed the password from x to «${secret}».`,
  `the passphrase of the key: «${secret}»`,
  `Das Passwort lautet «${secret}»`,
  `contraseña: «${secret}»`,
  `пароль: «${secret}»`,
  `密码：«${secret}»`,
  `パスワード: «${secret}»`,
  'Here is the API key: «{alnum:32}»',
  'API Key\n«{alnum:32}»\n',
  'Authorization: GenieKey «{uuid}»',
  'Authorization: Token token="«{hex:32}»"',
  'Set-Cookie: lang=en; sid=«{alnum:32}»; HttpOnly',
  'ENV ENCRYPTION_KEY «{alnum:32}»',
  'reach me at «maya(at)altavista-foods.fr» for details',
  'reach me at «maya [at] altavista-foods.co.uk» for details',
  'reach me at «maya@altavista-foods[.]fr» for details',
  'gradle signingKey "«{alnum:32}»"',
];

/** The same surroundings with nothing in them that opens a door. */
const innocent = [
  'echo "$USER:$PASS" | chpasswd',
  'echo done | tee log && chpasswd < users.txt',
  'sudo -S apt-get update',
  'docker login --password-stdin < token.txt',
  'htpasswd -b /etc/users admin $PASSWORD',
  '<setting name="password"><value>changeme</value></setting>',
  '<td>Password</td><td>required</td>',
  '<key>token</key><string>${TOKEN}</string>',
  'name,value\npassword,optional\n',
  '| password | string | required |',
  '**password**: see the vault',
  'variable "db_password" {\n  type = string\n}',
  'const token string = ""',
  'FATAL: password authentication failed for user "reporting_2024"',
  'Password must have 12 characters and 1 digit.',
  'The password of account svc-report-2024 expires soon',
  'Secret app-db-credentials-v2 created',
  'API Key\nCreated 2026-01-01',
  'the api key is stored in vault',
  'mot de passe oublié',
  'пароль: введите пароль',
  '密码：请输入密码',
  'first_pass: stage2',
  'ENV KEY_PATH /etc/keys/app2024.pem',
  'the key "item-4427-by-name" is missing',
  'DB_PASS: @Microsoft.KeyVault(SecretUri=https://x/)',
  'net user deploy /delete',
  'user(at)example.com',
  'cell B85 = 068509463',
  'read it at docs.corp.com[.]',
  'openssl req -new -key server2048.key',
  '127.0.0.1:5432:5432',
];

describe('a secret that its surroundings announce', () => {
  it.each(announced)('is found whole in %j', (example) => {
    const { text, start, end } = expandExample(example, 'announced');
    const whole = scanText(text).filter((f) => f.offset <= start && f.offset + f.length >= end);
    expect(whole).toHaveLength(1);
  });

  it.each(innocent)('is not seen in %j', (text) => {
    expect(scanText(text)).toEqual([]);
  });
});
