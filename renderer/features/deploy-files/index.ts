export { DeployFilesDialog } from './DeployFilesDialog.tsx';
