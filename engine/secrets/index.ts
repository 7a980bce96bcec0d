export { openSecretStore, type SecretStore } from './secret-store.ts';
export { secretField, secretFields, withoutSecrets } from './secret-values.ts';
