export { BundleDialog } from './BundleDialog.tsx';
