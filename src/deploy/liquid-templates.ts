import { relative } from 'node:path';
import { Liquid, type Token } from 'liquidjs';
import { RockpoolError } from '../session/failure.ts';
import { markLines, readMarks } from './line-marks.ts';
import { liquidFailure } from './liquid-failure.ts';
import { liquidFilters } from './liquid-filters.ts';
import { createPartialFiles, type PartialFiles } from './partial-files.ts';
import { StrictAssign } from './strict-assign.ts';
import { liquidScope, type TemplateVariables, variableNames } from './template-variables.ts';

interface Template {
  readonly source: string;
  /** as places name it */
  readonly file: string;
  /** absolute path of the folder it lies in, where its partials are looked for first */
  readonly folder: string;
}

interface RenderedTemplate {
  readonly text: string;
  /** images that it names and that are not built yet: their refs are placeholders */
  readonly unbuilt: readonly string[];
}

/** Strict Liquid: what is unknown is an error with its place, and no code runs. */
export interface LiquidTemplates {
  /** Rejects with a RockpoolError of code TEMPLATE_INVALID. */
  render(template: Template, variables: TemplateVariables): Promise<RenderedTemplate>;
  /** The template's line for each line of what it rendered to (both from 1), where that can be told. */
  originalLines(
    template: Template,
    variables: TemplateVariables,
    rendered: string,
  ): Promise<readonly number[] | undefined>;
}

/** Bounds for templates that went wrong: far above what manifests need (characters, ms, objects). */
const LIMITS = { parseLimit: 10_000_000, renderLimit: 10_000, memoryLimit: 50_000_000 };

/** @param root absolute path of the project, which partials must lie in */
export function createLiquidTemplates(root: string): LiquidTemplates {
  const engines = new Map<string, Liquid>();
  const partials = createPartialFiles(root);
  const engineFor = (folder: string): Liquid => {
    const known = engines.get(folder);
    if (known) return known;
    const engine = createEngine([folder, root], partials.fs);
    engines.set(folder, engine);
    return engine;
  };
  const renderSource = async (source: string, template: Template, variables: TemplateVariables) => {
    const engine = engineFor(template.folder);
    const unbuilt = new Set<string>();
    const globals = liquidScope(variables, (image) => unbuilt.add(image));
    const text: string = await engine.render(engine.parse(source), {}, { globals });
    return { text, unbuilt: [...unbuilt].sort() };
  };
  return {
    async render(template, variables) {
      try {
        return await renderSource(template.source, template, variables);
      } catch (error) {
        const { filters, tags } = engineFor(template.folder);
        const names = {
          variables: variableNames(variables),
          filters: Object.keys(filters),
          tags: Object.keys(tags),
        };
        const nameFile = (token: Token) => {
          const path =
            token.file ?? (token.input === template.source ? undefined : partials.fileOf(token.input));
          return path === undefined ? template.file : relative(root, path);
        };
        const failure = liquidFailure(error, names, nameFile);
        throw failure ? new RockpoolError(failure, { cause: error }) : error;
      }
    },
    async originalLines(template, variables, rendered) {
      const marked = markLines(template.source);
      if (marked === undefined) return undefined;
      const { text } = await renderSource(marked, template, variables);
      return readMarks(text, rendered);
    },
  };
}

function createEngine(folders: readonly string[], fs: PartialFiles['fs']): Liquid {
  const engine = new Liquid({
    ...LIMITS,
    fs,
    partials: [...folders],
    layouts: [...folders],
    extname: '.liquid',
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    lenientIf: true,
    outputEscape: refuseMaps,
  });
  for (const [name, filter] of Object.entries(liquidFilters)) engine.registerFilter(name, filter);
  engine.registerTag('assign', StrictAssign);
  return engine;
}

/** Liquid would print `[object Object]`, or a list's items without anything between them. */
function refuseMaps(value: unknown): string {
  if (typeof value !== 'object' || value === null) return value as string;
  throw new Error(
    `this is a ${Array.isArray(value) ? 'list' : 'map'}: add "| json", or "| yaml | nindent: 4"`,
  );
}
