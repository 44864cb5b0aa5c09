/**
 * `$(NAME)` as Kubernetes expands it in commands and values: one that is not known stays as it is, `$$` is a `$`
 * (k8s.io/kubernetes/third_party/forked/golang/expansion). Pure.
 */
export function expand(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\$\$|\$\(([^)]*)\)/g, (all: string, name: string | undefined) => {
    if (name === undefined) return '$';
    return Object.hasOwn(values, name) ? (values[name] ?? '') : all;
  });
}
