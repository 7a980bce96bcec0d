export { DatasetPage } from './DatasetPage.tsx';
export { DatasetsPage } from './DatasetsPage.tsx';
export { DiffPage } from './diff/DiffPage.tsx';
export { ImportPage } from './ImportPage.tsx';
