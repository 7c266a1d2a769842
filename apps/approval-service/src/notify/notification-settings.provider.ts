import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Provider } from '@nestjs/common';
import { CodedError } from '@countersign/kernel';
import { readNamedSecret } from '@countersign/messaging';
import { PLATFORM_CONFIG, type PlatformConfig } from '@countersign/service-kit';
import { checkTargets } from './check-targets.js';
import {
  NO_NOTIFICATIONS,
  readNotificationSettings,
  type NotificationSettings,
} from './notification-settings.js';

/** Injection token of {@link NotificationSettings}. */
export const NOTIFICATION_SETTINGS = 'countersign:notification-settings';

/** Provides the settings from the file that the platform's configuration names. Files that it names are beside it. */
export const notificationSettingsProvider: Provider = {
  provide: NOTIFICATION_SETTINGS,
  inject: [PLATFORM_CONFIG],
  useFactory: async ({ notificationsFile: file }: PlatformConfig): Promise<NotificationSettings> => {
    if (file === undefined) return NO_NOTIFICATIONS;
    const bytes = await readFile(file);
    try {
      const settings = readNotificationSettings(bytes, (path) => readNamedSecret(path, dirname(file)));
      await checkTargets(settings.targets);
      return settings;
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new CodedError('invalid_config', `${file}: ${why}`, { cause });
    }
  },
};
