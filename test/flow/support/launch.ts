import { join } from 'node:path';
import type { Service } from '@countersign/contracts';
import { ROOT, startChild, type Child } from '@countersign/standalone';

type OnLine = (line: string) => void;

const script = (app: string, file: string) => join(ROOT, 'apps', app, 'dist', file);

/** Starts what `npm start` starts, or with `--services` what `npm run start:services` does. */
export function launchPlatform(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  onLine: OnLine,
): Promise<Child> {
  const ready = '"service":"platform"}';
  return startChild(script('standalone', 'start.js'), args, env, onLine, ready);
}

/** Starts one service as a process of its own. */
export function launchService(service: Service, env: NodeJS.ProcessEnv, onLine: OnLine): Promise<Child> {
  return startChild(script('standalone', 'service.js'), [service], env, onLine);
}

/** Starts the reference workers. `dataDir` holds their tickets and files. */
export function launchWorker(dataDir: string, env: NodeJS.ProcessEnv, onLine: OnLine): Promise<Child> {
  return startChild(
    script('worker-reference', 'main.js'),
    [],
    { ...env, DATA_DIR: dataDir },
    onLine,
    'reference workers are running',
  );
}
