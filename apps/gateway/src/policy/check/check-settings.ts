import { Logger, type Provider } from '@nestjs/common';
import { CheckFailMode } from '@countersign/contracts';
import { CodedError } from '@countersign/kernel';
import { PLATFORM_CONFIG, type PlatformConfig } from '@countersign/service-kit';

/** Injection token of {@link CheckSettings}. */
export const CHECK_SETTINGS = 'countersign:check-settings';

const DEVELOPMENT = 'development';
const ENVIRONMENT = /^[a-z0-9_-]{1,64}$/;

/** What a check without an answer is taken for, in the environment that this is. */
export interface CheckSettings {
  readonly environment: string;
  readonly failMode: CheckFailMode;
}

/** Reads the settings. Throws where nobody has decided what a missing answer means. */
export function readCheckSettings({
  environment = DEVELOPMENT,
  checkFailMode,
}: Pick<PlatformConfig, 'environment' | 'checkFailMode'>): CheckSettings {
  if (!ENVIRONMENT.test(environment))
    throw new CodedError('invalid_config', 'COUNTERSIGN_ENVIRONMENT is outside [a-z0-9_-]+');
  if (checkFailMode === undefined) {
    if (environment === DEVELOPMENT) return { environment, failMode: CheckFailMode.Deny };
    throw new CodedError(
      'invalid_config',
      `COUNTERSIGN_CHECK_FAIL_MODE has to be set (deny or allow) where COUNTERSIGN_ENVIRONMENT is ${environment}`,
    );
  }
  const failMode = Object.values(CheckFailMode).find((mode) => mode === checkFailMode);
  if (failMode === undefined)
    throw new CodedError('invalid_config', 'COUNTERSIGN_CHECK_FAIL_MODE is neither deny nor allow');
  return { environment, failMode };
}

/** Provides the settings, and says aloud when a check is to be answered with yes by nobody. */
export const checkSettingsProvider: Provider = {
  provide: CHECK_SETTINGS,
  inject: [PLATFORM_CONFIG],
  useFactory: (config: PlatformConfig): CheckSettings => {
    const settings = readCheckSettings(config);
    if (settings.failMode === CheckFailMode.Allow)
      new Logger('policy check').error({
        message:
          'FAIL OPEN: while the policy-evaluator does not answer, every policy check is answered with ALLOW (COUNTERSIGN_CHECK_FAIL_MODE=allow)',
        environment: settings.environment,
      });
    return settings;
  },
};
