/**
 * The direction of imports, from CONTRIBUTING.md. A folder may import itself, the leaves
 * (tensor.ts, errors.ts, random.ts) and what is listed here; nothing else, and no cycles.
 */
const MAY_IMPORT = {
  graph: [],
  nn: ['graph'],
  models: ['nn', 'graph'],
  formats: [],
  image: [],
  metrics: ['image'],
  runtime: ['graph'],
  upscale: ['models', 'formats', 'image', 'runtime', 'graph', 'nn'],
  data: ['image'],
  train: ['models', 'data', 'metrics', 'image', 'runtime', 'graph', 'nn'],
  evaluate: ['upscale', 'metrics', 'data', 'image'],
};
const EVERYTHING = Object.keys(MAY_IMPORT);
Object.assign(MAY_IMPORT, { node: EVERYTHING, web: EVERYTHING, cli: [...EVERYTHING, 'node'] });
const LEAVES = '^src/(tensor|errors|random)\\.ts$';

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'leaves-import-nothing', severity: 'error', from: { path: LEAVES }, to: { path: '^src/' } },
    ...Object.entries(MAY_IMPORT).map(([folder, allowed]) => ({
      name: `direction-of-${folder}`,
      comment: `${folder} may import ${allowed.join(', ') || 'nothing'}`,
      severity: 'error',
      from: { path: `^src/${folder}/` },
      to: { path: '^src/', pathNot: [LEAVES, `^src/(${[folder, ...allowed].join('|')})/`] },
    })),
    {
      name: 'node-only-in-node',
      comment: 'sharp and onnxruntime-node belong to src/node',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/node/' },
      to: { path: 'node_modules/(sharp|onnxruntime-node)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'core-modules-only-in-node',
      comment: 'node:* belongs to src/node and the command line, which runs only there',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(node|cli)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'onnxruntime-web-only-in-web',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/web/' },
      to: { path: 'node_modules/onnxruntime-web/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nothing-imports-the-barrels',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^src/index\\.ts$' },
    },
    {
      name: 'pages-use-the-public-api',
      comment:
        'sisr and sisr/web, as built: what anyone can use. Their build takes the policy of the server.',
      severity: 'error',
      from: { path: '^app/', pathNot: '^app/vite\\.config\\.ts$' },
      to: { path: '^src/' },
    },
    {
      name: 'pages-know-nothing-of-each-other',
      severity: 'error',
      from: { path: '^app/([^/]+)/' },
      to: { path: '^app/', pathNot: '^app/($1|shared|viewer)/' },
    },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: ['node_modules', '^dist/'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
