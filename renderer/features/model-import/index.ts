export { ImportModelDialog } from './ImportModelDialog.tsx';
