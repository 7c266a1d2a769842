import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { changeTopology, followTopology, readTopology } from './topology-file.js';

const TEXT = `# Who may do what.
producers:
  - name: p1 # the first
    tenant: t1
    agents: ['*']
pools:
  - name: a
    topics: ['job.a.>']
`;

describe('the file of producers and pools', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-topology-'));
    file = join(folder, 'platform.yaml');
    await writeFile(file, TEXT);
  });
  afterEach(() => rm(folder, { recursive: true }));

  const p2 = { name: 'p2', tenant: 't2', agents: ['agent-x'] };

  it('takes a new entry, and everything else stays, comments included', async () => {
    const topology = await changeTopology(file, { kind: 'producers', name: 'p2', entry: p2 });
    expect(topology.producers[1]).toEqual(p2);
    const text = await readFile(file, 'utf8');
    for (const line of TEXT.trim().split('\n')) expect(text).toContain(line);
    expect(await readTopology(file)).toEqual(topology);
  });

  it('is as before when the entry goes again', async () => {
    await changeTopology(file, { kind: 'pools', name: 'b', entry: { name: 'b', topics: ['job.b.>'] } });
    await changeTopology(file, { kind: 'pools', name: 'b' });
    expect(await readFile(file, 'utf8')).toBe(TEXT);
  });

  it('changes nothing when an entry is added or removed twice', async () => {
    await changeTopology(file, { kind: 'producers', name: 'p2', entry: p2 });
    const once = await readFile(file, 'utf8');
    await changeTopology(file, { kind: 'producers', name: 'p2', entry: p2 });
    await changeTopology(file, { kind: 'pools', name: 'nobody' });
    expect(await readFile(file, 'utf8')).toBe(once);
  });

  it.each([
    ['a name outside the grammar', { kind: 'producers', name: 'A', entry: { ...p2, name: 'A' } }],
    ['a topic of another pool', { kind: 'pools', name: 'b', entry: { name: 'b', topics: ['job.a.>'] } }],
  ] as const)('refuses %s and stays as it was', async (_what, change) => {
    await expect(changeTopology(file, change)).rejects.toThrow();
    expect(await readFile(file, 'utf8')).toBe(TEXT);
  });

  it('is followed while it changes; what can not be read leaves everything as it was and is told once', async () => {
    const problems: unknown[] = [];
    const topology = followTopology(file, (error) => problems.push(error));
    const names = () => topology.producers.map(({ name }) => name);
    expect(names()).toEqual(['p1']);
    await changeTopology(file, { kind: 'producers', name: 'p2', entry: p2 });
    await vi.waitFor(() => expect(names()).toEqual(['p1', 'p2']));
    await writeFile(file, 'producers: 7\n');
    await vi.waitFor(() => {
      expect(names()).toEqual(['p1', 'p2']);
      expect(problems).toHaveLength(1);
    });
    await rm(file);
    await vi.waitFor(() => {
      expect(names()).toEqual(['p1', 'p2']);
      expect(problems).toHaveLength(2);
    });
    await writeFile(file, TEXT);
    await vi.waitFor(() => expect(names()).toEqual(['p1']));
    expect(problems).toHaveLength(2);
  });
});
