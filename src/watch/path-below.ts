/** What of a path comes after a folder; empty for the folder itself, undefined when it is not in it. Pure. */
export function below(folder: string, path: string): string | undefined {
  if (path === folder) return '';
  const start = folder.endsWith('/') ? folder : `${folder}/`;
  return path.startsWith(start) ? path.slice(start.length) : undefined;
}
