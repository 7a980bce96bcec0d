export { EditTransformPage } from './EditTransformPage.tsx';
export { TransformPage } from './TransformPage.tsx';
export { TransformsPage } from './TransformsPage.tsx';
