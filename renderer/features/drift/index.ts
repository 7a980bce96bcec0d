export { DriftReportPage } from './DriftReportPage.tsx';
export { DriftReportsPage } from './DriftReportsPage.tsx';
export { NewDriftPage } from './NewDriftPage.tsx';
export { DriftSeriesListPage } from './series/DriftSeriesListPage.tsx';
export { DriftSeriesPage } from './series/DriftSeriesPage.tsx';
