/** How a file is looked at. */
export type PreviewKind =
  | 'markdown'
  | 'json'
  | 'table'
  | 'image'
  | 'audio'
  | 'video'
  | 'pdf'
  | 'html'
  | 'notebook'
  | 'figure'
  | 'onnx'
  | 'zip'
  | 'text'
  | 'bytes';

const kinds: Record<string, PreviewKind> = {
  md: 'markdown',
  markdown: 'markdown',
  json: 'json',
  geojson: 'json',
  csv: 'table',
  tsv: 'table',
  parquet: 'table',
  pq: 'table',
  jsonl: 'table',
  ndjson: 'table',
  png: 'image',
  jpg: 'image',
  jpeg: 'image',
  gif: 'image',
  webp: 'image',
  svg: 'image',
  wav: 'audio',
  mp3: 'audio',
  ogg: 'audio',
  flac: 'audio',
  m4a: 'audio',
  mp4: 'video',
  webm: 'video',
  pdf: 'pdf',
  html: 'html',
  htm: 'html',
  ipynb: 'notebook',
  onnx: 'onnx',
  zip: 'zip',
  npz: 'zip',
  whl: 'zip',
  pt: 'zip',
  pth: 'zip',
};
const texts =
  /\.(txt|log|ya?ml|toml|ini|cfg|conf|properties|py|r|jl|js|mjs|ts|tsx|jsx|css|sh|bash|sql|xml|rst|tex|c|h|cpp|hpp|go|rs|java|diff|patch|lock|env|requirements|dockerfile|gitignore)$|(^|\/)(MLmodel|MLproject|LICENSE|README|Dockerfile|Makefile)$/i;

/** How a file can be looked at, by its name; `bytes` for kinds that nobody knows. */
export function previewKind(path: string): PreviewKind {
  if (/\.(vl|vega|plotly)\.json$/i.test(path)) return 'figure';
  const ending = /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  return kinds[ending] ?? (texts.test(path) ? 'text' : 'bytes');
}

const languages: Record<string, string> = {
  py: 'python',
  js: 'javascript',
  mjs: 'javascript',
  jsx: 'javascript',
  ts: 'typescript',
  tsx: 'typescript',
  json: 'json',
  yaml: 'yaml',
  yml: 'yaml',
  mlmodel: 'yaml',
  mlproject: 'yaml',
  sh: 'bash',
  bash: 'bash',
  sql: 'sql',
  xml: 'xml',
  html: 'xml',
  htm: 'xml',
  svg: 'xml',
  css: 'css',
  md: 'markdown',
  r: 'r',
  toml: 'ini',
  ini: 'ini',
  cfg: 'ini',
  c: 'cpp',
  h: 'cpp',
  cpp: 'cpp',
  hpp: 'cpp',
  go: 'go',
  rs: 'rust',
  java: 'java',
  diff: 'diff',
  patch: 'diff',
  dockerfile: 'dockerfile',
};

/** The language that a text is coloured as; null for plain text. */
export function languageOf(path: string): string | null {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  return languages[name.slice(name.lastIndexOf('.') + 1)] ?? null;
}
