import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { MAX_BLOB_BYTES } from '@countersign/contracts';
import { expect, it } from 'vitest';

/** Of the heap of JavaScript. A blob read whole as text would not fit. */
const HEAP_MB = 64;
/** Of the whole process, with Node and the detectors. */
const RESIDENT_MB = 250;

const SCAN = `
  import { BLOB_CHUNK_BYTES, MAX_BLOB_BYTES } from '@countersign/contracts';
  import { scanStream } from '@countersign/output-scanner';
  async function* source() {
    for (let sent = 0; sent < MAX_BLOB_BYTES; sent += BLOB_CHUNK_BYTES)
      yield Buffer.alloc(BLOB_CHUNK_BYTES, 'the quick brown fox jumps over 13 lazy dogs, ');
  }
  const options = { fingerprintKey: Buffer.alloc(32, 1), mediaType: 'application/json', maxFindings: 1000 };
  const { bytes, doubt } = await scanStream(source(), options);
  console.log(JSON.stringify({ bytes, doubt, residentMb: process.resourceUsage().maxRSS / 1024 }));
`;

it('the largest blob is scanned in bounded memory (O5)', async () => {
  const args = [`--max-old-space-size=${HEAP_MB}`, '--input-type=module', '--eval', SCAN];
  const child = spawn(process.execPath, args, {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said = JSON.parse(await text(child.stdout)) as { bytes: number; residentMb: number };
  expect(said).toMatchObject({ bytes: MAX_BLOB_BYTES });
  expect(said).not.toHaveProperty('doubt');
  expect(said.residentMb).toBeLessThan(RESIDENT_MB);
});
