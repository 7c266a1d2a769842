import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ABLATED, isAblated } from '../ablation/ablation.js';
import { startBareRig } from '../bare/bare-rig.js';
import { startGovernedRig } from '../governed/governed-rig.js';
import { profiledEnv, toggleProfiles } from '../profile/profile-rig.js';
import type { Rig, RigOptions, Variant } from '../rig.js';
import type { LoadPlan, Paced, Saturated } from './load-plan.js';
import { LoadRun } from './load-run.js';

/** One variant in one round. */
export interface VariantResult {
  readonly variant: Variant;
  readonly round: number;
  readonly saturated: Saturated;
  readonly paced: readonly Paced[];
  readonly checked: Readonly<Record<string, number>>;
}

/** What every run of a benchmark shares. */
export interface RunOptions {
  readonly natsBin: string;
  readonly plan: LoadPlan;
  /** Folder that CPU profiles of the measured jobs are written to; none are made without. */
  readonly profileDir?: string;
}

const start = (variant: Variant, options: RigOptions): Promise<Rig> => {
  if (variant === 'bare') return startBareRig(options);
  if (variant === 'standalone') return startGovernedRig('standalone', [], options);
  return startGovernedRig('processes', isAblated(variant) ? ABLATED[variant] : [], options);
};

/** Starts a variant on new servers, loads it, checks what it stored, and leaves nothing behind. */
export async function runVariant(
  variant: Variant,
  round: number,
  { natsBin, plan, profileDir }: RunOptions,
): Promise<VariantResult> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-bench-'));
  const env = profileDir === undefined ? process.env : profiledEnv(profileDir, variant);
  try {
    const rig = await start(variant, {
      folder,
      natsBin,
      env,
      ...(profileDir === undefined ? {} : { profileDir }),
    });
    try {
      const load = new LoadRun(rig, () => {
        if (profileDir !== undefined) toggleProfiles(rig.processes);
      });
      const saturated = await load.saturate(plan);
      const paced: Paced[] = [];
      for (const rate of plan.rates) paced.push(await load.pace(rate, plan.seconds));
      const checked = await rig.verify(load.sent);
      return { variant, round, saturated, paced, checked };
    } finally {
      await rig.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
