/** Labels of all objects of one program, as Kubernetes recommends them. Pure. */
export function labelsOf(name: string, app: string): Readonly<Record<string, string>> {
  return { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': app };
}
