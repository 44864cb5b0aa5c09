/** What is asked about an answer's value: how it is checked. */
type AnswerType = 'name' | 'port' | 'text' | 'choice';

/** A question of a template, and what its answer replaces. */
export interface TemplateAnswer {
  /** also its flag: `--port` */
  readonly name: string;
  readonly ask: string;
  readonly type: AnswerType;
  readonly choices: readonly string[];
  /** that of the answer `name` is made from the target folder */
  readonly default?: string;
  /** the word of the template's files that becomes the answer */
  readonly replaces: string;
  /** patterns of files */
  readonly in: readonly string[];
}

/** What template.yaml says. */
export interface TemplateHead {
  readonly description: string;
  readonly answers: readonly TemplateAnswer[];
  readonly leave: readonly string[];
  readonly next: readonly string[];
}

/** A file of a template, as it was read and checked: what is written is this, whatever becomes of the template then. */
export interface TemplateFile {
  /** in the template, with `/` */
  readonly source: string;
  /** in the project */
  readonly path: string;
  readonly content: Uint8Array;
  readonly executable: boolean;
}

export interface Template extends TemplateHead {
  /** as people name it: `node`, or the folder */
  readonly name: string;
  /** the last part of its name */
  readonly title: string;
  readonly files: readonly TemplateFile[];
}

/** Where a template is. */
export interface TemplatePlace {
  readonly name: string;
  /** absolute */
  readonly folder: string;
  /** the folder as messages name it */
  readonly shown: string;
}
