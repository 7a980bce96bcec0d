/** Who may import whom. Each rule says why; docs/adr/0001-house-plan.md draws the picture. */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'A cycle means two rooms share one subject: move it to a third.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'contract-is-a-leaf',
      severity: 'error',
      comment: 'The contract runs in the engine, the browser and generators: zod and itself only.',
      from: { path: '^local-api/contract/' },
      to: { pathNot: ['^local-api/contract/', 'node_modules/zod'] },
    },
    {
      name: 'engine-stands-alone',
      severity: 'error',
      comment:
        'The engine knows no HTTP, no Electron and no React; of the rest it sees the shared vocabulary only (ADR 0002).',
      from: { path: '^engine/' },
      to: { path: ['^(renderer|electron|build|test)/', '^local-api/(?!contract/)'] },
    },
    {
      name: 'engine-without-web-frameworks',
      severity: 'error',
      comment: 'HTTP and UI libraries belong to local-api and renderer.',
      from: { path: '^engine/' },
      to: { path: 'node_modules/(express|electron|react|react-dom|@mantine|@tanstack)/' },
    },
    {
      name: 'rooms-have-one-door',
      severity: 'error',
      comment:
        'A room of the engine is entered through its index.ts; only workspace wires rooms together, and a job module is entered by its kind.',
      from: { path: '^engine/([^/]+)/' },
      to: {
        path: '^engine/([^/]+)/',
        pathNot: [
          '^engine/$1/',
          '^engine/[^/]+/index\\.ts$',
          '^engine/errors\\.ts$',
          '^engine/system/version\\.ts$',
          '^engine/[^/]+/(run-job-process|[^/]+-job)\\.ts$',
          '^engine/training/study/study-(job|worker)\\.ts$',
        ],
      },
    },
    {
      name: 'api-enters-engine-by-its-doors',
      severity: 'error',
      comment: "local-api uses engine/index.ts or a room's index.ts.",
      from: { path: '^local-api/' },
      to: {
        path: '^engine/',
        pathNot: ['^engine/(index|job-process|errors)\\.ts$', '^engine/[^/]+/index\\.ts$'],
      },
    },
    {
      name: 'model-server-stays-small',
      severity: 'error',
      comment:
        'The stand-alone server goes into exports: sessions, protocols and the contract, never the store, DuckDB or Express.',
      from: { path: '^serve/' },
      to: {
        path: [
          '^(renderer|electron|build|test)/',
          '^engine/(?!(errors|serving/index|onnx/index)\\.ts$)',
          '^local-api/(?!contract/|protocols/(scoring|kserve|mlflow-scoring|predict)/)',
          'node_modules/(better-sqlite3|@duckdb|express|kysely)/',
        ],
      },
    },
    {
      name: 'api-knows-no-ui',
      severity: 'error',
      comment: 'The API serves the built UI as files; it never imports it.',
      from: { path: '^local-api/' },
      to: { path: '^(renderer|electron|test)/' },
    },
    {
      name: 'renderer-is-a-client',
      severity: 'error',
      comment: 'The UI reaches the engine over HTTP like any script.',
      from: { path: '^renderer/' },
      to: {
        path: [
          '^engine/',
          '^electron/(?!bridge\\.ts)',
          '^build/',
          '^test/',
          '^local-api/(?!contract/|client/)',
        ],
      },
    },
    {
      name: 'bridge-by-type-only',
      severity: 'error',
      comment: 'The page knows the desktop bridge by its type; the object comes from preload.',
      from: { path: '^renderer/' },
      to: { path: '^electron/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'electron-is-thin',
      severity: 'error',
      comment: 'Only the engine host starts the API; the rest of electron knows the contract alone.',
      from: { path: '^electron/', pathNot: '^electron/engine-host/child\\.ts$' },
      to: { path: ['^engine/', '^renderer/', '^local-api/(?!contract/)'] },
    },
    {
      name: 'nothing-imports-tests',
      severity: 'error',
      comment: 'Product code never depends on tests or build scripts.',
      from: { pathNot: ['^test/', '^build/'] },
      to: { path: ['^test/', '^build/'] },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      comment: 'Every import must resolve on a fresh machine.',
      from: {},
      to: { couldNotResolve: true, pathNot: ['^\\$', '\\?url$', '\\?raw$'] },
    },
    {
      name: 'no-dev-deps-in-product',
      severity: 'error',
      comment: 'What the engine, API and desktop shell import at run time must be a dependency.',
      from: { path: '^(engine|local-api|serve)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['(^|/)dist/', '(^|/)\\.cache/', '\\.css$'] },
    // TypeScript 7 has no compiler API that the cruiser could use.
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
