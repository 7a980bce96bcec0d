export { BatchesPage } from './BatchesPage.tsx';
export { BatchPage } from './BatchPage.tsx';
export { NewBatchPage } from './NewBatchPage.tsx';
export { SchedulesPage } from './SchedulesPage.tsx';
