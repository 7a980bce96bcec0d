/**
 * The value of an attribute. MLflow's clients write every attribute as JSON text, others write plain values: a text that
 * is an object, a list or a quoted text in JSON is read, any other stays what it is ("7" may be a name).
 */
export function valueOfAttribute(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{"]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
