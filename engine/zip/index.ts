export { readZip, type ZipLimits } from './read-zip.ts';
export { nameProblem } from './safe-name.ts';
export { type PackedEntry, packedZip, streamedZipSize, streamZip, zipChunks } from './write-zip.ts';
