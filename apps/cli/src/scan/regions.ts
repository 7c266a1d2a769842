import { allRegions, type Region } from '@countersign/detectors';
import { UserError } from '../user-error.js';

/** The regions of `de,fr`. Throws a {@link UserError} for one without rules: its ids would be missed silently. */
export function readRegions(codes: string): Region[] {
  return codes.split(',').map((written) => {
    const region = written.trim().toUpperCase();
    if (!allRegions.includes(region))
      throw new UserError(
        `--regions: no rules for '${written}'; there are ${allRegions.join(', ').toLowerCase()}`,
      );
    return region;
  });
}
