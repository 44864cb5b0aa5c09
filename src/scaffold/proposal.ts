/** A file that `init` makes. */
export interface ProposedFile {
  /** relative to the project, with `/` */
  readonly path: string;
  readonly content: string;
  /** why, in words for people: "no manifest names api/Dockerfile" */
  readonly reason: string;
}

/** What is known of a program that has no manifest yet: enough to write its workload and its Service. */
export interface ServiceSketch {
  /** a DNS label: the name of the workload and of its Service */
  readonly name: string;
  /** as the manifest writes it: an image of the project, or a public one */
  readonly image: string;
  /** TCP ports that it listens on */
  readonly ports: readonly number[];
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly workingDir?: string;
  /** plain values */
  readonly env: Readonly<Record<string, string>>;
  /** values that belong into a Secret, such as passwords */
  readonly secretEnv: Readonly<Record<string, string>>;
  /** what must outlive the pod: then it is a StatefulSet */
  readonly volumes: readonly { readonly name: string; readonly mountPath: string }[];
  /** files that are put into the container, such as a configuration; small texts */
  readonly files?: readonly SketchFile[];
  readonly replicas: number;
  /** path of an HTTP health check on the first port, or a command that ends with 0 when it is ready */
  readonly health?: { readonly path: string } | { readonly command: readonly string[] };
}

export interface SketchFile {
  /** absolute, of the file itself */
  readonly mountPath: string;
  readonly content: string;
  /** it belongs into a Secret */
  readonly isSecret: boolean;
}

/** Something found in the project that is not carried over, in words, with its place: "compose.yaml:12 `privileged`…" */
export type LeftOut = string;

/** Something that the project does not settle, with what is taken unless somebody says otherwise. */
export interface Question {
  /** stable, as `--answer` takes it: `environment`, `manifests`, `image:shop/web` */
  readonly id: string;
  /** words of the question */
  readonly ask: string;
  readonly choices: readonly { readonly value: string; readonly hint?: string }[];
  /** the answer in force: the one given, else the default */
  readonly answer: string;
  /** why that is the default */
  readonly why: string;
}

/** A rockpool.yaml for a project that has none, and how it came about. */
export interface Proposal {
  /** text of rockpool.yaml */
  readonly yaml: string;
  /** other files that it needs */
  readonly files: readonly ProposedFile[];
  readonly questions: readonly Question[];
  /** one for each thing in it */
  readonly reasons: readonly Reason[];
  readonly leftOut: readonly LeftOut[];
}

/** Why something is in a rockpool.yaml, in words. */
export interface Reason {
  /** "image shop/web from web/Dockerfile" */
  readonly what: string;
  /** "k8s/web.yaml:12 runs it" */
  readonly why: readonly string[];
}

/** Answers by the id of their question. */
export type Answers = Readonly<Record<string, string>>;
