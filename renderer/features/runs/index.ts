export { RunPage } from './RunPage.tsx';
export { AllRunsPage } from './table/AllRunsPage.tsx';
export { ExperimentRunsPage } from './table/ExperimentRunsPage.tsx';
