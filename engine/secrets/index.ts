export {
  checkSettings,
  onlyGiven,
  type PlainSettings,
  type SecretPatch,
  sealedFields,
} from './sealed-settings.ts';
export { openSecretStore, type SecretStore } from './secret-store.ts';
export { secretField, withoutSecrets } from './secret-values.ts';
