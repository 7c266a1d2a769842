import type { Draw } from './draw.js';

/** A text around a value, and where the value begins in it. */
export type Surrounding = (draw: Draw, name: string, value: string) => string;

const stamp = (draw: Draw): string => {
  const two = (below: number): string => String(draw.below(below)).padStart(2, '0');
  return `2026-0${1 + draw.below(9)}-1${draw.below(9)}T${two(24)}:${two(60)}:${two(60)}.${draw.text('digit', 3)}Z`;
};

/** Lines of an ordinary log, in which nothing is sensitive. */
export function logLine(draw: Draw): string {
  const service = draw.pick(['gateway', 'payments', 'report-runner', 'ingest-worker', 'etl-nightly']);
  return draw.pick([
    `${stamp(draw)} INFO [${service}] request completed method=GET path=/v1/items/${draw.below(9999)} status=200 duration=${draw.below(900)}ms`,
    `${stamp(draw)} DEBUG [${service}] cache hit key=item:${draw.uuid()}`,
    `${stamp(draw)} INFO [${service}] checked out commit ${draw.text('hex', 40)}`,
    `${stamp(draw)} WARN [${service}] retrying batch ${draw.below(999)} after ${draw.below(5000)}ms`,
    `${stamp(draw)} INFO [${service}] pulled image registry.internal.test/app@sha256:${draw.text('hex', 64)}`,
    `    at Module._compile (node:internal/modules/cjs/loader:${draw.below(2000)}:14)`,
    `npm info run esbuild@0.${draw.below(30)}.${draw.below(12)} postinstall node_modules/esbuild node install.js`,
  ]);
}

const camel = (name: string): string =>
  name.toLowerCase().replace(/[_ ](\w)/g, (_all, letter: string) => letter.toUpperCase());
const upper = (name: string): string => name.toUpperCase().replace(/ /g, '_');
const lower = (name: string): string => name.toLowerCase().replace(/ /g, '_');

/** Places in which the name of a value stands before it. */
export const announcing: Readonly<Record<string, Surrounding>> = {
  env: (_draw, name, value) => `NODE_ENV=production\nPORT=8080\n${upper(name)}=${value}\nLOG_LEVEL=info\n`,
  'quoted env': (_draw, name, value) => `${upper(name)}="${value}"\n`,
  'exported env': (_draw, name, value) => `+ set -e\n+ export ${upper(name)}='${value}'\n+ make release\n`,
  'windows env': (_draw, name, value) => `C:\\> set ${upper(name)}=${value}\r\nC:\\> node server.js\r\n`,
  powershell: (_draw, name, value) => `PS> $env:${upper(name)} = "${value}"\nPS> .\\run.ps1\n`,
  json: (draw, name, value) => `{"ts": "${stamp(draw)}", "level": "debug", "${lower(name)}": "${value}"}`,
  'nested json': (_draw, name, value) =>
    JSON.stringify({ ok: true, data: { config: { region: 'eu', [lower(name)]: value } } }, null, 2),
  'json in json': (_draw, name, value) =>
    JSON.stringify({ tool: 'http', body: JSON.stringify({ [camel(name)]: value, n: 1 }) }),
  'json twice in json': (_draw, name, value) =>
    JSON.stringify({ a: JSON.stringify({ b: JSON.stringify({ [camel(name)]: value }) }) }),
  'name and value': (_draw, name, value) =>
    JSON.stringify({
      env: [
        { name: 'LOG_LEVEL', value: 'info' },
        { name: upper(name), value },
      ],
    }),
  yaml: (_draw, name, value) => `service: gateway\nreplicas: 7\n${lower(name)}: ${value}\n`,
  'yaml env': (_draw, name, value) => `env:\n  - name: ${upper(name)}\n    value: "${value}"\n`,
  compose: (_draw, name, value) => `services:\n  app:\n    environment:\n      ${upper(name)}: "${value}"\n`,
  toml: (_draw, name, value) => `[default]\nregion = "eu"\n${lower(name)} = "${value}"\n`,
  properties: (_draw, name, value) => `app.name=x\napp.${lower(name).replaceAll('_', '.')}=${value}\n`,
  typescript: (_draw, name, value) =>
    `export const config = {\n  retries: 3,\n  ${camel(name)}: "${value}",\n};\n`,
  python: (_draw, name, value) => `client = Client(region='eu', ${lower(name)}='${value}', timeout=27)\n`,
  php: (_draw, name, value) => `<?php\nreturn [\n    '${lower(name)}' => '${value}',\n];\n`,
  java: (_draw, name, value) => `private static final String ${upper(name)} = "${value}";\n`,
  go: (_draw, name, value) =>
    `cfg := Config{\n\tTimeout: 6 * time.Second,\n\t${camel(name)}: "${value}",\n}\n`,
  dockerfile: (_draw, name, value) =>
    `FROM node:22-slim\nENV ${upper(name)}=${value}\nCMD ["node","server.js"]\n`,
  'log field': (draw, name, value) =>
    `${logLine(draw)}\n${stamp(draw)} INFO [x] loaded config ${lower(name)}=${value} attempt=4\n`,
  'build log': (draw, name, value) =>
    `${stamp(draw)} ##[group]Run npm ci\n${stamp(draw)} env:\n${stamp(draw)}   ${upper(name)}: ${value}\n`,
  diff: (_draw, name, value) =>
    `@@ -3,1 +3,1 @@\n-${lower(name)}: \${${upper(name)}}\n+${lower(name)}: "${value}"\n`,
  xml: (_draw, name, value) =>
    `<configuration>\n  <add key="${camel(name)}" value="${value}" />\n</configuration>\n`,
  'xml setting': (_draw, name, value) => `<setting name="${camel(name)}"><value>${value}</value></setting>`,
  'xml parameter': (_draw, name, value) =>
    `<Param>\n  <Name>${lower(name)}</Name>\n  <Value>${value}</Value>\n</Param>\n`,
  'property list': (_draw, name, value) =>
    `<dict>\n<key>${camel(name)}</key>\n<string>${value}</string>\n</dict>\n`,
  'android resource': (_draw, name, value) => `<string name="${lower(name)}">${value}</string>\n`,
  'rust constant': (_draw, name, value) => `const ${upper(name)}: &str = "${value}";\n`,
  'go constant': (_draw, name, value) => `const ${camel(name)} string = \`${value}\`\n`,
  'objective c': (_draw, name, value) => `NSString *${camel(name)} = @"${value}";\n`,
  'c macro': (_draw, name, value) => `#define ${upper(name)} "${value}"\n`,
  'terraform variable': (_draw, name, value) =>
    `variable "${lower(name)}" {\n  type    = string\n  default = "${value}"\n}\n`,
  'csv of settings': (_draw, name, value) => `name,value\nregion,eu\n${lower(name)},${value}\nreplicas,3\n`,
  'table of settings': (_draw, name, value) =>
    `| setting | value |\n|---|---|\n| ${lower(name)} | ${value} |\n`,
  'bold list': (_draw, name, value) => `- **${lower(name)}**: ${value}\n- **region**: eu\n`,
  'form part': (_draw, name, value) =>
    `--b\r\nContent-Disposition: form-data; name="${lower(name)}"\r\n\r\n${value}\r\n--b--\r\n`,
  'kubernetes literal': (_draw, name, value) =>
    `kubectl create secret generic app --from-literal=${lower(name)}=${value}\n`,
  'helm value': (_draw, name, value) => `helm upgrade app ./chart --set auth.${camel(name)}=${value}\n`,
  'vault listing': (_draw, name, value) =>
    `Key              Value\n---              -----\n${lower(name)}    ${value}\n`,
  terraform: (_draw, name, value) => `Outputs:\n\n${lower(name)} = "${value}"\n`,
};

/** Places that say nothing about a value. */
export const silent: Readonly<Record<string, Surrounding>> = {
  alone: (_draw, _name, value) => value,
  prose: (_draw, _name, value) => `I created a token for the service: ${value}. Please store it safely.`,
  brackets: (_draw, _name, value) => `Authenticated with the key (${value}), then listed 10 repositories.`,
  backticks: (_draw, _name, value) => `Done. The new credential is \`${value}\`; it expires in 18 days.`,
  array: (_draw, _name, value) => `{"items": ["alpha", ["${value}", {"n": 1}], "omega"]}`,
  'json key': (_draw, _name, value) => `{"lookup": {"${value}": {"active": true}}}`,
  csv: (_draw, _name, value) => `id,owner,value,created\n92,payments,${value},2026-03-13\n`,
  table: (_draw, _name, value) =>
    `| name | value |\n|------|-------|\n| region | eu |\n| credential | ${value} |\n`,
  sql: (_draw, _name, value) =>
    `INSERT INTO integrations (id, kind, credential) VALUES (22, 'api', '${value}');\n`,
  header: (_draw, _name, value) => `    headers: { authorization: "Bearer ${value}" }\n`,
  query: (_draw, _name, value) =>
    `GET https://api.internal.test/v2/export?format=csv&token=${value}&page=2 200 228ms`,
  'escaped line end': (_draw, _name, value) => `{"stdout": "done\\n${value}\\nbye"}`,
  log: (draw, _name, value) => `${logLine(draw)}\n${logLine(draw)}\nresult ${value}\n${logLine(draw)}\n`,
  code: (_draw, _name, value) => `await run({ value: '${value}' });\n`,
  html: (_draw, _name, value) => `<td>${value}</td>`,
};
