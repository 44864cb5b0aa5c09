/** What a value of the command line names. */
export type ValueKind =
  | 'file'
  | 'folder'
  | 'context'
  | 'namespace'
  | 'profile'
  | 'image'
  | 'workload'
  | 'image or workload'
  | 'pods'
  | 'container'
  | 'forward'
  | 'template or folder'
  | 'template flag';

/** By the option's long name, whatever command has it. */
const OPTIONS: Readonly<Record<string, ValueKind>> = {
  context: 'context',
  namespace: 'namespace',
  profile: 'profile',
  container: 'container',
  values: 'file',
  file: 'file',
  kubeconfig: 'file',
};

/** By command and argument. */
const ARGUMENTS: Readonly<Record<string, ValueKind>> = {
  'build images': 'image',
  'wait name': 'image or workload',
  'trigger name': 'image or workload',
  'restart name': 'workload',
  'exec name': 'workload',
  'open name': 'forward',
  'logs query': 'pods',
  'new template': 'template or folder',
};

/** By what help calls a value: an option or argument that takes a file says so. */
const PLACEHOLDERS: Readonly<Record<string, ValueKind>> = {
  file: 'file',
  path: 'file',
  log: 'file',
  dir: 'folder',
  folder: 'folder',
};

/** What an option takes; undefined for what nobody can guess. Pure. @param flags as help has them: `-f, --file <file>` */
export function optionKind(name: string, flags: string): ValueKind | undefined {
  return OPTIONS[name] ?? PLACEHOLDERS[/[<[]([\w-]+)/.exec(flags)?.[1] ?? ''];
}

/** What an argument of a command takes. Pure. */
export function argumentKind(command: string, name: string): ValueKind | undefined {
  return ARGUMENTS[`${command} ${name}`] ?? PLACEHOLDERS[name];
}
