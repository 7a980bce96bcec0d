import { messageOf } from '../errors.ts';
import { createSession, type OnnxSession } from './session.ts';

/** Fastest first. */
const accelerators = ['cuda', 'dml', 'coreml', 'webgpu'];

export type AcceleratedSession = {
  session: OnnxSession;
  /** The execution provider in use. */
  device: string;
  /** Why it is the CPU after all; null when it is not. */
  reason: string | null;
};

/**
 * Loads an ONNX file for the graphics processor, by the first execution provider that this build of ONNX Runtime has and this machine
 * lets start; else for the CPU. Other than there, the same input need not give the same bits.
 *
 * Errors: `models/invalid-onnx` when the CPU refuses the file too.
 */
export async function createAcceleratedSession(model: Uint8Array): Promise<AcceleratedSession> {
  const { listSupportedBackends } = await import('onnxruntime-node');
  const present = new Set(listSupportedBackends().map(({ name }) => name));
  const reasons: string[] = [];
  for (const device of accelerators.filter((name) => present.has(name))) {
    try {
      return { session: await createSession(model, device), device, reason: null };
    } catch (error) {
      reasons.push(`${device}: ${messageOf(error).split('\n')[0]?.slice(0, 200)}`);
    }
  }
  const reason = reasons.join('; ') || 'this build of ONNX Runtime has no other execution provider';
  return { session: await createSession(model), device: 'cpu', reason };
}
