import type { Problem } from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';

export const wayThroughPython =
  'Convert it in Python: python -m tf2onnx.convert --tfjs model.json --output model.onnx; and import that file.';

export function refused(message: string, hint?: string): AssayError {
  return new AssayError('models/not-importable', message, hint === undefined ? {} : { hint });
}

export function refusedFor(problems: readonly Problem[]): AssayError {
  const message = `The TensorFlow.js model cannot be converted: ${problems.map((problem) => problem.message).join('. ')}.`;
  return new AssayError('models/not-importable', message, { problems, hint: wayThroughPython });
}
