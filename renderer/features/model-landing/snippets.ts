import { type Prediction, type Protocol, requestOf } from './requests.ts';

export type Language = 'curl' | 'python' | 'typescript' | 'go';

export const languages: readonly { id: Language; label: string }[] = [
  { id: 'curl', label: 'curl' },
  { id: 'python', label: 'Python' },
  { id: 'typescript', label: 'TypeScript' },
  { id: 'go', label: 'Go' },
];

/** A prediction as code to paste elsewhere. The token stays out: it is read from the environment. */
export function snippetOf(prediction: Prediction, protocol: Protocol, language: Language): string {
  const { url, body } = requestOf(prediction, protocol);
  return templates[language](url, body);
}

const templates: Record<Language, (url: string, body: object) => string> = {
  curl: (url, body) =>
    [
      `curl ${shellQuote(url)} \\`,
      `  -H "Authorization: Bearer $ASSAY_TOKEN" \\`,
      `  -H 'Content-Type: application/json' \\`,
      `  -d ${shellQuote(pretty(body))}`,
    ].join('\n'),
  python: (url, body) =>
    [
      'import json, os, urllib.request',
      '',
      'request = urllib.request.Request(',
      `    ${JSON.stringify(url)},`,
      `    data=json.dumps(${indent(pythonLiteral(body), 4)}).encode(),`,
      '    headers={',
      '        "Authorization": "Bearer " + os.environ["ASSAY_TOKEN"],',
      '        "Content-Type": "application/json",',
      '    },',
      ')',
      'with urllib.request.urlopen(request) as response:',
      '    print(json.dumps(json.load(response)))',
    ].join('\n'),
  typescript: (url, body) =>
    [
      `const response = await fetch(${JSON.stringify(url)}, {`,
      "  method: 'POST',",
      '  headers: {',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the code shown holds a template of its own.
      '    authorization: `Bearer ${process.env.ASSAY_TOKEN}`,',
      "    'content-type': 'application/json',",
      '  },',
      `  body: JSON.stringify(${indent(pretty(body), 2)}),`,
      '});',
      'console.log(JSON.stringify(await response.json()));',
    ].join('\n'),
  go: (url, body) =>
    [
      'package main',
      '',
      'import (',
      '\t"fmt"',
      '\t"io"',
      '\t"net/http"',
      '\t"os"',
      '\t"strings"',
      ')',
      '',
      'func main() {',
      `\tbody := strings.NewReader(${goString(pretty(body))})`,
      `\trequest, err := http.NewRequest("POST", ${JSON.stringify(url)}, body)`,
      '\tif err != nil {',
      '\t\tpanic(err)',
      '\t}',
      '\trequest.Header.Set("Authorization", "Bearer "+os.Getenv("ASSAY_TOKEN"))',
      '\trequest.Header.Set("Content-Type", "application/json")',
      '\tresponse, err := http.DefaultClient.Do(request)',
      '\tif err != nil {',
      '\t\tpanic(err)',
      '\t}',
      '\tdefer response.Body.Close()',
      '\tanswer, err := io.ReadAll(response.Body)',
      '\tif err != nil {',
      '\t\tpanic(err)',
      '\t}',
      '\tfmt.Println(string(answer))',
      '}',
    ].join('\n'),
};

function pretty(body: object): string {
  return JSON.stringify(body, null, 2);
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A raw string, which has no escapes at all, or a quoted one where the text holds a backquote. */
function goString(text: string): string {
  return text.includes('`') ? JSON.stringify(text) : `\`${text}\``;
}

function indent(text: string, spaces: number): string {
  return text.replaceAll('\n', `\n${' '.repeat(spaces)}`);
}

/** JSON and Python literals differ in three words only. */
function pythonLiteral(value: unknown, depth = 0): string {
  const pad = '    '.repeat(depth + 1);
  const close = '    '.repeat(depth);
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (Array.isArray(value)) return `[${value.map((item) => pythonLiteral(item, depth)).join(', ')}]`;
  if (typeof value === 'object') {
    const entries = Object.entries(value).map(
      ([key, item]) => `${pad}${JSON.stringify(key)}: ${pythonLiteral(item, depth + 1)},\n`,
    );
    return `{\n${entries.join('')}${close}}`;
  }
  return JSON.stringify(value);
}
