import { Judge, pattern, type PatternRule } from '../rule/pattern-rule.js';

const context = { confidence: 'context' } as const;
const password = { ...context, judge: Judge.Password } as const;

/** Passwords among the arguments and in the input of commands. */
export const commandRules: readonly PatternRule[] = [
  pattern(
    'secret.curl-auth-user',
    ['-u ', '-u"', "-u'", '--user ', '--user=', '--proxy-user ', 'http -a ', 'https -a ', 'xh -a '],
    /(?:[^\s"'`@]|@(?![\w-]{1,63}[.:/])){4,128}/y,
    {
      ...password,
      before: /(?:^|[\s"'])$/,
      lead: /\s{0,4}\\{0,3}["']?[\w.@+-]{1,64}:/y,
      examples: ['curl -u deploy:«Maple{realdigits:3}{alnum:9}» https://host/'],
      counterExamples: ['curl -u username:token', 'curl -u "$USER:$PASS" https://host/'],
    },
  ),
  pattern('secret.password-cli', ['sshpass -p'], /[^\s"'`]{6,128}/y, {
    ...password,
    lead: /\s{0,4}["']?/y,
    examples: ["sshpass -p '«Maple!{realdigits:3}{alnum:9}»' ssh host"],
    counterExamples: ['sshpass -p $SSHPASS ssh host'],
  }),
  pattern(
    'secret.password-cli',
    [' -p', ' /p:', ' -w ', ' -a ', ' -k ', ' -x ', ' -n ', ' /rp ', ' /pass:'],
    /[^\s"'`]{6,128}/y,
    {
      ...password,
      before:
        /(?:mysql|mysqldump|mysqladmin|mariadb|docker login|podman login|nerdctl login|az login|sqlcmd|bcp|rdesktop|xfreerdp|ldapsearch|redis-cli|mongosh?|mongodump|isql|tsql|7z[az]?|unzip|zip|unrar|rar|psexec|winrs|wmic|plink|pscp|evil-winrm|twine|ipmitool|snmp\w{1,12}|mosquitto_\w{3}|useradd|usermod|openssl|ssh-keygen|schtasks|cmdkey|influx|cqlsh|vncviewer|mongorestore|mysqlimport|mysqlsh|clickhouse-client|pgbench|impala-shell|beeline)\b[^\n;|&]{0,120}$/i,
      reach: 140,
      lead: /[ =]{0,2}["']?/y,
      examples: [
        'mysql -h db -u app -p«Maple{realdigits:3}{alnum:9}» app',
        'docker login -u me -p «Maple{realdigits:3}{alnum:9}»',
      ],
      counterExamples: ['mysql -h db -u app -p app', 'mkdir -p build/out123'],
    },
  ),
  pattern('secret.password-cli', ['/user:'], /[^\s"'`]{6,128}/y, {
    ...password,
    lead: /["']?[\w\\.@-]{1,64}["']? {1,4}["']?/y,
    examples: ['net use Z: \\\\srv\\share /user:CORP\\admin «Maple-{realdigits:3}{alnum:9}»'],
    counterExamples: ['runas /user:CORP\\admin notepad.exe'],
  }),
  pattern(
    'secret.password-cli',
    [
      'identified by',
      'identified with mysql_native_password by',
      'convertto-securestring',
      'passin pass:',
      'passout pass:',
      '-storepass',
      '-keypass',
      '--requirepass',
      '-asplaintext -string',
    ],
    /[^\s"'`]{6,128}/y,
    {
      ...password,
      lead: /[ \t(=]{0,4}(?:-String |VALUES |PASSWORD )?["']{0,2}/iy,
      examples: ["CREATE USER app IDENTIFIED BY '«Maple{realdigits:3}{alnum:9}»';"],
      counterExamples: ["CREATE USER app IDENTIFIED BY '<password>';"],
    },
  ),
  pattern('secret.password-cli', ['-u '], /[^\s"'`]{6,128}/y, {
    ...password,
    before: /(?:smbclient|rpcclient|winexe|net rpc)\b[^\n]{0,100}$/i,
    reach: 120,
    lead: /["']?[\w\\.-]{1,64}%/y,
    examples: ['smbclient //srv/share -U admin%«Maple{realdigits:3}{alnum:9}»'],
    counterExamples: ['smbclient //srv/share -U admin%$PASS'],
  }),
  pattern('secret.password-cli', ['htpasswd -'], /[^\s"'`]{6,128}/y, {
    ...password,
    lead: /[A-Za-z]{0,5}[bn][A-Za-z]{0,5}(?: -[A-Za-z]{1,3}(?: \d{1,3})?){0,3}(?: [^\s'"]{1,200})? ["']?[\w.@-]{1,64}["']? {1,4}["']?/y,
    examples: ['htpasswd -bc /etc/web/users admin «Maple{realdigits:3}{alnum:9}»'],
    counterExamples: ['htpasswd -c /etc/web/users admin', 'htpasswd -b /etc/web/users admin $PASSWORD'],
  }),
  pattern('secret.password-cli', ['net user '], /[^\s"'`/*][^\s"'`]{5,127}/y, {
    ...password,
    lead: /["']?[\w.\\-]{1,64}["']? {1,4}["']?/y,
    examples: ['net user deploy «Maple-{realdigits:3}{alnum:9}» /add'],
    counterExamples: ['net user deploy /delete', 'net user deploy * /add'],
  }),
  pattern(
    'secret.password-cli',
    ['jdbc:oracle:thin:', 'jdbc:oracle:oci:', 'sqlplus ', 'sqlldr ', 'expdp ', 'impdp '],
    /[^\s"'`@/]{6,64}(?=@)/y,
    {
      ...password,
      lead: /(?:-[A-Za-z]{1,8} ){0,3}["']?[\w$#.-]{1,64}\/["']?/y,
      examples: ['sqlplus app/«Maple{realdigits:3}{alnum:9}»@PROD'],
      counterExamples: ['sqlplus app/$PASS@PROD', 'sqlplus / as sysdba'],
    },
  ),
  pattern('secret.password-cli', ['rabbitmqctl '], /[^\s"'`]{6,128}/y, {
    ...password,
    lead: /(?:-\w{1,3} \S{1,64} ){0,2}(?:add_user|change_password|authenticate_user) ["']?[\w.@-]{1,64}["']? {1,4}["']?/y,
    examples: ['rabbitmqctl add_user app «Maple{realdigits:3}{alnum:9}»'],
    counterExamples: ['rabbitmqctl delete_user app'],
  }),
  pattern('secret.password-cli', ['wpa_passphrase ', 'lftp -u '], /[^\s"'`]{6,128}/y, {
    ...password,
    lead: /["']?[\w.@-]{1,64}["']?(?:,| {1,4})["']?/y,
    examples: ['wpa_passphrase Office «Maple{realdigits:3}{alnum:9}»'],
    counterExamples: ['wpa_passphrase Office $PASS'],
  }),
  pattern(
    'secret.password-cli',
    ['requirepass ', 'masterauth ', 'password(', ' password '],
    /[^\s"'`)]{6,128}/y,
    {
      ...password,
      lead: /["']?/y,
      before:
        /(?:^|[\n=]\s{0,8}|nmcli [^\n]{0,60}|(?:user|role|login|account) [^\n]{0,60}(?:encrypted|with)?)$/i,
      examples: [
        'requirepass «Maple{realdigits:3}{alnum:9}»\nmaxmemory 1gb',
        "SET PASSWORD FOR app = PASSWORD('«Maple{realdigits:3}{alnum:9}»')",
      ],
      counterExamples: ['requirepass $REDIS_PASSWORD'],
    },
  ),
  pattern('secret.password-cli', ['send "'], /[^\s"'`\\]{6,128}(?=\\[rn])/y, {
    ...password,
    before: /assw(?:or)?d[\s\S]{0,120}$/,
    reach: 140,
    examples: ['expect "assword:"\nsend "«Maple{realdigits:3}{alnum:9}»\\r"'],
    counterExamples: ['expect "assword:"\nsend "$password\\r"'],
  }),
  pattern(
    'secret.pgpass',
    [':5432:', ':5433:', ':6432:', '*:*:', ':*:*:'],
    /[^\s:"'`]{6,128}(?=[\s"'`]|$)/y,
    {
      ...password,
      lead: /[\w*.-]{1,63}:(?:[\w*.-]{1,63}:)?/y,
      before: /(?:^|[\s"'])[\w*.-]{0,63}$/,
      examples: ['db.corp:5432:app:deploy:«Maple{realdigits:3}{alnum:9}»\n'],
      counterExamples: ['db.corp:5432:app:deploy:${PASS}\n', 'ports: 127.0.0.1:5432:5432'],
    },
  ),
];
