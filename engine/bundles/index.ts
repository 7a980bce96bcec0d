export type { Bundle, BundleFile, GoldenRows } from './bundle.ts';
export { type BundlePlan, makeBundle } from './make-bundle.ts';
export { bundleOf, findFiles, goldenRowsOf } from './read-bundle.ts';
