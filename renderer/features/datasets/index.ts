export { DatasetPage } from './DatasetPage.tsx';
export { DatasetsPage } from './DatasetsPage.tsx';
export { ImportPage } from './ImportPage.tsx';
