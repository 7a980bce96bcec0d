export { ValidationView } from './ValidationView.tsx';
export { VersionVerdict } from './VersionVerdict.tsx';
