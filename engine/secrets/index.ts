export { openSecretStore, type SecretStore } from './secret-store.ts';
