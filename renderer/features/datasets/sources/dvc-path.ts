/** Whether a path names a file of DVC, by its name alone. */
export function isDvcPath(path: string): boolean {
  const name = path.split(/[\\/]/).at(-1) ?? '';
  return /(.\.dvc|^dvc\.lock|^dvc\.yaml)$/.test(name);
}
