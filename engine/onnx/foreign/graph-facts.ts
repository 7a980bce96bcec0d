import { fieldsOf } from '../decode.ts';

/** What the whole of a model holds, graphs inside nodes and functions of its own included. */
export type GraphFacts = {
  /** How often each operator is used: `Gemm`, or `domain.Name` outside the standard domain. */
  operators: ReadonlyMap<string, number>;
  /** Domains of nodes that no function of the model defines. */
  domains: ReadonlySet<string>;
  /** Names of tensors whose data lie in other files. */
  elsewhere: readonly string[];
  /** Every name of a value in the main graph and the graphs inside it. */
  names: ReadonlySet<string>;
  /** It decides while it runs how long it runs. */
  hasControlFlow: boolean;
};

/** Deeper graphs than this nobody writes, but whoever wants to exhaust the stack. */
const deepest = 32;
const controlFlow = /^(Loop|Scan|If|SequenceMap)$/;

type Gathering = {
  operators: Map<string, number>;
  domains: Set<string>;
  elsewhere: string[];
  names: Set<string>;
  hasControlFlow: boolean;
};

/** Walks through a GraphProto and FunctionProtos. Throws an Error for graphs that are nested too deeply. */
export function gatherFacts(graph: Uint8Array, functions: readonly Uint8Array[]): GraphFacts {
  const found: Gathering = {
    operators: new Map(),
    domains: new Set(),
    elsewhere: [],
    names: new Set(),
    hasControlFlow: false,
  };
  walkGraph(graph, found, 0);
  const own = new Set<string>();
  for (const bytes of functions) {
    let name = '';
    let domain = '';
    for (const { field, reader } of fieldsOf(bytes)) {
      if (field === 1) name = reader.string();
      else if (field === 10) domain = reader.string();
      else if (field === 7) walkNode(reader.bytes(), found, 0);
    }
    own.add(operatorName(domain, name));
  }
  for (const operator of own) found.operators.delete(operator);
  for (const operator of found.operators.keys()) found.domains.add(domainOf(operator));
  return found;
}

/**
 * Whether a model decides while it runs how long it runs, and so might never end. False for bytes that are no model.
 * Cost: passes over weights; well under a millisecond for most models.
 */
export function hasControlFlow(model: Uint8Array): boolean {
  try {
    for (const { field, reader } of fieldsOf(model)) {
      if (field === 7 && hasFlowNode(reader.bytes(), 1)) return true;
      if (field === 25 && hasFlowNode(reader.bytes(), 7)) return true;
    }
  } catch {
    // ONNX Runtime says what is wrong with it.
  }
  return false;
}

function hasFlowNode(message: Uint8Array, nodeField: number): boolean {
  for (const { field, reader } of fieldsOf(message)) {
    if (field !== nodeField) continue;
    for (const { field: inner, reader: node } of fieldsOf(reader.bytes()))
      if (inner === 4 && controlFlow.test(node.string())) return true;
  }
  return false;
}

function walkGraph(bytes: Uint8Array, found: Gathering, depth: number): void {
  if (depth > deepest) throw new Error('its graphs are nested too deeply');
  for (const { field, reader } of fieldsOf(bytes)) {
    if (field === 1) walkNode(reader.bytes(), found, depth);
    else if (field === 5) walkTensor(reader.bytes(), found);
    else if (field === 11 || field === 12 || field === 13) found.names.add(nameIn(reader.bytes()));
    else if (field === 15) {
      for (const { field: inner, reader: sparse } of fieldsOf(reader.bytes()))
        if (inner === 1 || inner === 2) walkTensor(sparse.bytes(), found);
    }
  }
}

function walkNode(bytes: Uint8Array, found: Gathering, depth: number): void {
  let opType = '';
  let domain = '';
  for (const { field, reader } of fieldsOf(bytes)) {
    if (field === 1 || field === 2) found.names.add(reader.string());
    else if (field === 4) opType = reader.string();
    else if (field === 7) domain = reader.string();
    else if (field === 5) {
      for (const { field: inner, reader: attribute } of fieldsOf(reader.bytes())) {
        if (inner === 5 || inner === 10) walkTensor(attribute.bytes(), found);
        else if (inner === 6 || inner === 11) walkGraph(attribute.bytes(), found, depth + 1);
      }
    }
  }
  if (controlFlow.test(opType)) found.hasControlFlow = true;
  const name = operatorName(domain, opType);
  found.operators.set(name, (found.operators.get(name) ?? 0) + 1);
}

function walkTensor(bytes: Uint8Array, found: Gathering): void {
  let name = '';
  let isElsewhere = false;
  for (const { field, reader } of fieldsOf(bytes)) {
    if (field === 8) name = reader.string();
    else if (field === 13) isElsewhere = true;
    else if (field === 14) isElsewhere ||= reader.int32() === 1;
  }
  found.names.add(name);
  if (isElsewhere) found.elsewhere.push(name);
}

function nameIn(valueInfo: Uint8Array): string {
  for (const { field, reader } of fieldsOf(valueInfo)) if (field === 1) return reader.string();
  return '';
}

function operatorName(domain: string, opType: string): string {
  return domain === '' || domain === 'ai.onnx' ? opType : `${domain}.${opType}`;
}

function domainOf(operator: string): string {
  const at = operator.lastIndexOf('.');
  return at < 0 ? '' : operator.slice(0, at);
}
