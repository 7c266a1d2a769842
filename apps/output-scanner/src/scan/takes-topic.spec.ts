import { describe, expect, it } from 'vitest';
import { takesTopic } from './takes-topic.js';

const topology = {
  producers: [],
  pools: [
    { name: 'mcp', topics: ['job.mcp-bridge.>', 'job.tools.*'] },
    { name: 'agent', topics: ['job.agent.>'] },
  ],
};

describe('takesTopic', () => {
  it.each([
    ['mcp', 'mcp-bridge.read.x', true],
    ['mcp', 'tools.hammer', true],
    ['mcp', 'agent.exec', false],
    ['agent', 'mcp-bridge.read.x', false],
    ['nobody', 'agent.exec', false],
  ])('pool %s, %s: %s', (pool, tail, takes) => {
    expect(takesTopic(topology, pool, tail)).toBe(takes);
  });
});
