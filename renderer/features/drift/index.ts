export { DriftReportPage } from './DriftReportPage.tsx';
export { DriftReportsPage } from './DriftReportsPage.tsx';
export { NewDriftPage } from './NewDriftPage.tsx';
