import { AssayError } from '../errors.ts';

export type FileKind = 'onnx' | 'zip' | 'json';

/** First bytes of formats that models come in, and how to get an ONNX file out of each. */
const others: readonly { starts: (bytes: Buffer) => boolean; what: string; way: string }[] = [
  {
    starts: (bytes) => bytes[0] === 0x80 && (bytes[1] ?? 0) >= 2 && (bytes[1] ?? 9) <= 5,
    what: 'a Python pickle (joblib, scikit-learn)',
    way: 'Load it in Python and export it: skl2onnx.to_onnx(model, X[:1].astype("float32")).',
  },
  {
    starts: (bytes) => bytes.subarray(0, 8).toString('latin1') === '\x89HDF\r\n\x1a\n',
    what: 'a Keras or HDF5 file',
    way: 'Export it with tf2onnx, or with tensorflowjs_converter.',
  },
  {
    starts: (bytes) => /^tree\r?\nversion=/.test(bytes.subarray(0, 40).toString('latin1')),
    what: 'a LightGBM text model',
    way: 'Export it with onnxmltools.convert_lightgbm.',
  },
  {
    starts: (bytes) =>
      /^\{"(learner|version)"/.test(bytes.subarray(0, 20).toString('latin1').replaceAll(/\s/g, '')) &&
      bytes.subarray(0, 4000).includes('"learner"'),
    what: 'an XGBoost JSON model',
    way: 'Export it with onnxmltools.convert_xgboost.',
  },
  {
    starts: (bytes) => bytes[0] === 0x7b && bytes[1] === 0x4c && bytes.subarray(0, 40).includes('learner'),
    what: 'an XGBoost binary model',
    way: 'Export it with onnxmltools.convert_xgboost.',
  },
  {
    starts: (bytes) => bytes.subarray(4, 8).toString('latin1') === 'TFL3',
    what: 'a TensorFlow Lite file',
    way: 'Export it with tf2onnx.',
  },
  {
    starts: (bytes) => bytes.subarray(0, 4).toString('latin1') === 'CBM1',
    what: 'a CatBoost model',
    way: 'Save it with model.save_model("model.onnx", format="onnx").',
  },
];

/** Tells what a file is by its first bytes. Errors: models/not-importable for formats that are known and not read here. */
export function recognise(bytes: Uint8Array): FileKind {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.length === 0) throw new AssayError('models/not-importable', 'The file is empty.');
  const known = others.find(({ starts }) => starts(file));
  if (known !== undefined)
    throw new AssayError('models/not-importable', `This is ${known.what}, not an ONNX file.`, {
      hint: known.way,
    });
  if (file.subarray(0, 4).toString('latin1') === 'PK\x03\x04') return 'zip';
  const [first] = file.subarray(0, 64).toString('latin1').trimStart();
  return first === '{' ? 'json' : 'onnx';
}
