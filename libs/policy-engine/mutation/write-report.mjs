// Writes the scores of the last mutation runs into the document that keeps them: the newest report of each file counts.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [document, folder = '.countersign/mutation'] = process.argv.slice(2);
const SOURCES = 'libs/policy-engine/src/';
const BEGIN = '<!-- scores: begin -->';
const END = '<!-- scores: end -->';

/** Stryker's own terms: what a test or the guard against endless loops detected counts as found. */
function count(mutants) {
  const having = (...statuses) => mutants.filter(({ status }) => statuses.includes(status)).length;
  const found = having('Killed', 'Timeout');
  const missed = having('Survived', 'NoCoverage');
  return { found, missed, score: ((100 * found) / Math.max(found + missed, 1)).toFixed(1) };
}

function newestByFile() {
  const reports = readdirSync(folder)
    .filter((name) => name.endsWith('.json') && !name.endsWith('.incremental.json'))
    .map((name) => ({ path: join(folder, name), time: statSync(join(folder, name)).mtime }))
    .sort((left, right) => left.time - right.time);
  const byFile = new Map();
  for (const { path, time } of reports) {
    const { files } = JSON.parse(readFileSync(path, 'utf8'));
    for (const [file, { mutants }] of Object.entries(files)) byFile.set(file, { mutants, time });
  }
  return byFile;
}

const folders = new Map();
for (const [file, { mutants, time }] of newestByFile()) {
  const [name] = file.slice(file.indexOf(SOURCES) + SOURCES.length).split('/');
  const before = folders.get(name) ?? { mutants: [], time };
  folders.set(name, {
    mutants: [...before.mutants, ...mutants],
    time: new Date(Math.max(before.time, time)),
  });
}
const row = (name, mutants, date) => {
  const { found, missed, score } = count(mutants);
  return `| ${name} | ${found + missed} | ${found} | ${missed} | ${score} % | ${date} |`;
};
const table = [
  '| folder | mutants | found | survived | score | run on |',
  '| --- | --- | --- | --- | --- | --- |',
  ...[...folders]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, { mutants, time }]) => row(`\`${name}/\``, mutants, time.toISOString().slice(0, 10))),
  row(
    'all',
    [...folders.values()].flatMap(({ mutants }) => mutants),
    '',
  ),
].join('\n');

const text = readFileSync(document, 'utf8');
const [before, rest] = text.split(BEGIN);
const after = rest?.split(END)[1];
if (before === undefined || after === undefined) throw new Error(`${document} has no place for the scores`);
writeFileSync(document, `${before}${BEGIN}\n\n${table}\n\n${END}${after}`);
console.log(table);
