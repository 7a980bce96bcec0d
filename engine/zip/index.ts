export { readZip, type ZipLimits } from './read-zip.ts';
export { nameProblem } from './safe-name.ts';
export { streamedZipSize, streamZip, zipChunks } from './write-zip.ts';
