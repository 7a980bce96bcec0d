import type { Problem } from '../../local-api/contract/index.ts';
import { type ForeignModel, onnxRuntimeVersion } from '../onnx/index.ts';

/** Oldest version of the standard operators that ONNX Runtime runs, and the newest that the one here knows. */
const oldestOpset = 7;
const newestOpset = 26;
/** Operators that ONNX Runtime brings itself. */
const knownDomains = new Set([
  '',
  'ai.onnx.ml',
  'com.microsoft',
  'ai.onnx.preview.training',
  'com.ms.internal.nhwc',
]);

/** What speaks against a file before it is opened. */
export function fileProblems({ facts, opsets, outputs, nodes }: ForeignModel): Problem[] {
  const problems: Problem[] = [];
  const fault = (message: string, expected?: string): void => {
    problems.push({ path: '/file', message, ...(expected === undefined ? {} : { expected }) });
  };
  if (facts.elsewhere.length > 0)
    fault(
      `Its weights lie in other files (${listed(facts.elsewhere)}), which were not given`,
      'one file: in Python, onnx.save(model, path, save_as_external_data=False)',
    );
  const strange = [...facts.domains].filter((domain) => !knownDomains.has(domain));
  if (strange.length > 0) {
    const operators = [...facts.operators.keys()].filter((name) =>
      strange.some((domain) => name.startsWith(`${domain}.`)),
    );
    fault(
      `It uses operators that are not ONNX's: ${listed(operators)}. They run only with a library of their maker`,
      'standard operators',
    );
  }
  const opset = opsets.get('');
  if (opset !== undefined && (opset < oldestOpset || opset > newestOpset))
    fault(
      `It uses version ${opset} of the ONNX operators; ONNX Runtime ${onnxRuntimeVersion} runs ${oldestOpset} to ${newestOpset}`,
      'a file exported for another opset, or converted with onnx.version_converter',
    );
  if (outputs.length === 0) fault('The graph has no outputs: it answers nothing');
  if (nodes.length === 0) fault('The graph has no nodes: it computes nothing');
  return problems;
}

function listed(names: readonly string[]): string {
  const unique = [...new Set(names)];
  return unique.length > 8 ? `${unique.slice(0, 8).join(', ')} … ${unique.length} in all` : unique.join(', ');
}
