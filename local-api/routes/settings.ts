import { z } from 'zod';
import type { SettingsService } from '../../engine/config/index.ts';
import { type api, Settings } from '../contract/index.ts';
import type { Handlers } from './handler.ts';

export function settingsRoutes(settings: SettingsService): Handlers<typeof api.settings> {
  const schema = z.toJSONSchema(Settings, { io: 'input' });
  const inForce = () => ({ settings: settings.current(), sources: settings.sources(), schema });
  return {
    get: inForce,
    update: async ({ body }) => {
      await settings.update(body);
      return inForce();
    },
  };
}
