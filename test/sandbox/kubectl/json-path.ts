/** `{.items[*].spec.paused}` of an object: what is there, with spaces between. Pure. */
export function readAtPath(object: unknown, path: string): string {
  const steps = /^\{((?:\.\w+(?:\[(?:\*|\d+)\])?)+)\}$/.exec(path)?.[1];
  if (steps === undefined) throw new Error(`the tests' own kubectl does not read the path ${path}`);
  let found: unknown[] = [object];
  for (const [, name = '', , index] of steps.matchAll(/\.(\w+)(\[(\*|\d+)\])?/g)) {
    const values = found.map((each) => (each as Record<string, unknown> | undefined)?.[name]);
    if (index === undefined) found = values;
    else found = values.flatMap((all = []) => (index === '*' ? all : (all as unknown[])[Number(index)]));
  }
  return found
    .filter((value) => value !== undefined)
    .map(text)
    .join(' ');
}

const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
