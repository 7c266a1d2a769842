import { mkdirSync, writeFileSync } from 'node:fs';
import { Session, type Profiler } from 'node:inspector';
import { basename, join } from 'node:path';

// Loaded before a process of the benchmark: one SIGUSR2 starts a CPU profile, the next writes it.
const folder = process.env['BENCH_PROFILE_DIR'];
if (folder !== undefined) {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  let running = false;
  let written = 0;
  process.on('SIGUSR2', () => {
    if (!running) session.post('Profiler.start');
    else
      session.post('Profiler.stop', (error, result?: Profiler.StopReturnType) => {
        if (error || !result) return console.error('the profile could not be made', error?.message);
        mkdirSync(folder, { recursive: true });
        writeFileSync(
          join(folder, `${profileName()}-${++written}.cpuprofile`),
          JSON.stringify(result.profile),
        );
      });
    running = !running;
  });
}

function profileName(): string {
  const [, script = '', ...args] = process.argv;
  const names = [process.env['BENCH_PROFILE_PREFIX'], basename(script, '.js'), stageOf(args[0])];
  return names.filter(Boolean).join('-');
}

/** A service's name, or the stage in the settings of a part. */
function stageOf(argument: string | undefined): string | undefined {
  if (argument?.startsWith('{') !== true) return argument;
  return (JSON.parse(argument) as { stage?: string }).stage;
}
