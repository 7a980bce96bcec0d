export { ModelPage } from './ModelPage.tsx';
export { ModelsPage } from './ModelsPage.tsx';
