export * from './settings-service.ts';
export { createSettings, type SettingsOptions } from './workspace-settings.ts';
