/**
 * The hot loops of comparing numbers, in AssemblyScript: this folder is compiled to WebAssembly by `npm run build:kernels` and is not part
 * of the TypeScript program. `plainSort` and `plainGaps` say the same in TypeScript and are the oracles
 * of the tests.
 *
 * Every argument that ends in `At` is an address.
 */

export { gaps } from './gaps';
export { collapse, sort } from './sort';
