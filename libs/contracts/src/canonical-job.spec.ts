import { describe, expect, it } from 'vitest';
import { sealJob } from './canonical-job.js';

const request = { topic: 'job.post.blog', tenant_id: 'acme', params: { text: 'news' } };
const ids = { jobId: '01JD4XQ8Z6T0V9K3M2N5P7R8S1', agentId: 'agent-1' };

describe('a job that publishes (O3)', () => {
  it('says so in its bytes, so that its hash is another one', () => {
    const draft = sealJob({ ...request, publish: true }, ids);
    expect(JSON.parse(draft.text)).toMatchObject({ publish: true });
    expect(draft.hash).not.toBe(sealJob(request, ids).hash);
  });

  it('and one that says that it does not are told apart, while the latter has the hash that it always had', () => {
    expect(sealJob({ ...request, publish: false }, ids).text).toBe(sealJob(request, ids).text);
    expect(sealJob(request, ids).text).not.toContain('publish');
  });
});
