import { describe, expect, it } from 'vitest';
import { chooseApproval } from './choose-approval.js';

const question = (
  kind: 'job' | 'output',
  state: 'PENDING' | 'GRANTED' = 'PENDING',
  tenant_id = 'default',
) => ({
  tenant_id,
  job_id: 'job-1',
  kind,
  state,
});
const ref = { tenant_id: 'default', job_id: 'job-1' };

describe('chooseApproval', () => {
  it('does not take an approval of the job that is sent twice for one of its output', () => {
    expect(chooseApproval([question('job', 'GRANTED'), question('output')], ref)).toBe(0);
  });

  it('finds the output when the vote says so, and when nobody was asked about the job', () => {
    expect(chooseApproval([question('job', 'GRANTED'), question('output')], { ...ref, kind: 'output' })).toBe(
      1,
    );
    expect(chooseApproval([question('output')], ref)).toBe(0);
  });

  it('prefers the open question to a later one', () => {
    const outputs = [question('output'), question('output', 'GRANTED')];
    expect(chooseApproval(outputs, ref)).toBe(0);
  });

  it('knows no question of another tenant, job or kind', () => {
    expect(chooseApproval([question('job', 'PENDING', 'other')], ref)).toBe(-1);
    expect(chooseApproval([question('job')], { ...ref, job_id: 'job-2' })).toBe(-1);
    expect(chooseApproval([question('job')], { ...ref, kind: 'output' })).toBe(-1);
  });
});
