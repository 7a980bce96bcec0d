export const workflowPath = '.github/workflows/assay-model.yml';
/** Beside each model: limits that its metrics must keep. It belongs to the people of the repository. */
export const gatesFile = 'gates.json';
export const gatesText = `${JSON.stringify({ metrics: {} }, null, 2)}\n`;

/** Compares the metrics of a version with the limits beside it. Plain Node: nothing is installed for it. */
const gateScript = `
const { readFileSync } = require('node:fs');
const read = (file) => JSON.parse(readFileSync(process.env.MODEL_DIR + '/' + file, 'utf8'));
const { metrics } = read('assay-version.json').run;
const limits = Object.entries(read('${gatesFile}').metrics);
const lines = limits.map(([name, { min = -Infinity, max = Infinity }]) => {
  const value = metrics[name];
  const holds = value >= min && value <= max;
  if (!holds) process.exitCode = 1;
  return (holds ? 'holds: ' : 'FAILS: ') + name + ' is ' + value + ', limits ' + min + ' to ' + max;
});
console.log(lines.join('\\n') || 'No limits are set in ${gatesFile}.');
`.trim();

/**
 * A workflow of GitHub Actions that runs for each tag of a version: the gates, the tests of the bundle (files, signature,
 * golden rows) and a release with the archive. Names of tags come in by the environment: they are never part of a script.
 */
export function workflowText(folder: string): string {
  const root = folder === '' ? '' : `${folder}/`;
  return `# Written by the first push of Assay and never again: change it as you like.
name: Model
on:
  push:
    tags: ['*@v*']
permissions:
  contents: read
concurrency:
  group: model-\${{ github.ref }}
jobs:
  gates:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-node@v5
        with:
          node-version: 24
      - name: Which model
        run: echo "MODEL_DIR=${root}\${GITHUB_REF_NAME%@v*}" >> "$GITHUB_ENV"
      - name: Metrics keep the limits of ${gatesFile}
        run: |
          cat > "$RUNNER_TEMP/gates.cjs" <<'END'
${indented(gateScript, 10)}
          END
          node "$RUNNER_TEMP/gates.cjs"
  test:
    runs-on: ubuntu-latest
    timeout-minutes: 20
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-node@v5
        with:
          node-version: 24
      - name: Where Assay is
        env:
          ASSAY_REPOSITORY: \${{ vars.ASSAY_REPOSITORY }}
        run: |
          if [ -z "$ASSAY_REPOSITORY" ]; then
            echo "::error::Set the variable ASSAY_REPOSITORY of this repository to owner/name of the one that Assay is in."
            exit 1
          fi
      - uses: actions/checkout@v5
        with:
          repository: \${{ vars.ASSAY_REPOSITORY }}
          path: .assay
      - run: npm ci --no-audit --no-fund
        working-directory: .assay
      - name: The bundle is whole, signed, and answers its golden rows
        run: node .assay/build/assay.mjs verify bundle "${root}\${GITHUB_REF_NAME%@v*}/bundle"
  release:
    needs: [gates, test]
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions:
      contents: write
    steps:
      - uses: actions/checkout@v5
      - name: A release with the archive
        env:
          GH_TOKEN: \${{ github.token }}
        run: |
          cd "${root}\${GITHUB_REF_NAME%@v*}/bundle"
          zip --quiet --recurse-paths "$RUNNER_TEMP/$GITHUB_REF_NAME.zip" .
          gh release create "$GITHUB_REF_NAME" "$RUNNER_TEMP/$GITHUB_REF_NAME.zip" --verify-tag --title "$GITHUB_REF_NAME" --notes-file card.md
`;
}

function indented(text: string, spaces: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(spaces));
}
