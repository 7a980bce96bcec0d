/** Paths of the contract (`/runs/{runId}/artifacts/{path+}`) in the forms that routing needs. */

/** As Express writes it: `/runs/:runId/artifacts/*path`. */
export function expressPath(template: string): string {
  return template.replace(/\{(\w+)\+\}/g, '*$1').replace(/\{(\w+)\}/g, ':$1');
}

/** Whether a request path has the form of a template. */
export function pathMatcher(template: string): (path: string) => boolean {
  const pattern = template
    .replace(/[.*?^$()|[\]\\]/g, '\\$&')
    .replace(/\{\w+\+\}/g, '.+')
    .replace(/\{\w+\}/g, '[^/]+');
  const whole = new RegExp(`^${pattern}/?$`);
  return (path) => whole.test(path);
}

/** Sorts the more particular first: `/runs/count` before `/runs/{runId}`, and that before `/runs/{path+}`. */
export function byPrecedence(a: string, b: string): number {
  const left = a.split('/');
  const right = b.split('/');
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const difference = rank(left[index] ?? '') - rank(right[index] ?? '');
    if (difference !== 0) return difference;
  }
  return right.length - left.length;
}

function rank(segment: string): number {
  if (/\{\w+\+\}/.test(segment)) return 2;
  return segment.startsWith('{') ? 1 : 0;
}
