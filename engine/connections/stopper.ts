/**
 * Ends work with a far end that may never answer again: when the signal is aborted, `cancel` is called once and then
 * `stopped` rejects with the signal's reason. `forget` when the work has ended by itself.
 */
export function stopper(
  signal: AbortSignal | undefined,
  cancel: () => Promise<void>,
): { stopped: Promise<never>; forget(): void } {
  let stop = (): void => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = () => void cancel().finally(() => reject(signal?.reason));
  });
  signal?.addEventListener('abort', stop, { once: true });
  return { stopped, forget: () => signal?.removeEventListener('abort', stop) };
}
