/** Calls that come too often, thinned out: the first at once, then the newest state every `intervalMs`. */
export type Paced = {
  /** Something changed. */
  touch(): void;
  /** Forgets a call that is still due. */
  stop(): void;
};

/** `call` reads the newest state itself. Its timer keeps no process alive. */
export function paced(intervalMs: number, call: () => void): Paced {
  let timer: NodeJS.Timeout | undefined;
  let isDue = false;
  const fire = (): void => {
    isDue = false;
    call();
    timer = setTimeout(() => {
      timer = undefined;
      if (isDue) fire();
    }, intervalMs);
    timer.unref();
  };
  return {
    touch() {
      if (timer === undefined) fire();
      else isDue = true;
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
      isDue = false;
    },
  };
}
