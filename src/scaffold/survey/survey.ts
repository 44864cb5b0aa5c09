import type { Dockerfile } from '../../build/dockerfile.ts';
import type { Manifest } from '../../deploy/manifest.ts';
import type { ParsedManifest } from '../../deploy/parse-manifests.ts';
import type { LeftOut } from '../proposal.ts';

/** What is in a project, as facts. Paths are relative to it, with `/`; the project itself is `.` */
export interface Survey {
  /** name of the project's folder, as a DNS label */
  readonly name: string;
  /** every file and folder that was seen */
  readonly paths: ReadonlySet<string>;
  readonly files: readonly string[];
  /** text of files that tell how a program is run: package.json, nodemon.json, scripts, .dockerignore and the like */
  readonly texts: ReadonlyMap<string, string>;
  readonly dockerfiles: readonly FoundDockerfile[];
  readonly manifests: readonly FoundManifests[];
  readonly kustomizations: readonly FoundKustomization[];
  readonly charts: readonly FoundChart[];
  /** what charts make, as far as helm was asked, by how they are used */
  readonly rendered?: ReadonlyMap<string, readonly RenderedObject[]>;
  /** what tools of the project build and how: lines of Makefiles and scripts, skaffold.yaml, compose files */
  readonly builds: readonly FoundBuild[];
  readonly compose: readonly FoundText[];
  /** what other tools of the project are told to apply: skaffold.yaml files, Tiltfiles */
  readonly tools: readonly FoundTool[];
  /** folders that hold a program: `package.json`, `go.mod` and their like */
  readonly programs: readonly FoundProgram[];
  /** what lines of Makefiles and scripts forward */
  readonly forwards: readonly FoundForward[];
  /** `.env` and its examples */
  readonly envFiles: readonly FoundText[];
  /** files that git does not take and compose may: `.env`, and what compose files name */
  readonly hidden: readonly FoundText[];
  /** manifests, kustomizations and charts that cannot be read, each with its place */
  readonly broken: readonly LeftOut[];
  /** what else was not looked at or cannot be used */
  readonly leftOut: readonly LeftOut[];
}

/** A forward that people use already. */
export interface FoundForward {
  /** `service/web` */
  readonly to: string;
  readonly port: number;
  readonly local: number;
  /** where it is written: "Makefile:12" */
  readonly at: string;
}

export interface FoundText {
  readonly path: string;
  readonly source: string;
}

export interface FoundDockerfile extends FoundText {
  readonly parsed: Dockerfile;
}

/** A file of Kubernetes objects. */
export interface FoundManifests extends FoundText {
  /** empty for a template, which cannot be read before there are values */
  readonly objects: readonly ParsedManifest[];
  /** Liquid */
  readonly template?: string;
}

export interface FoundKustomization {
  /** its folder */
  readonly path: string;
  readonly file: string;
  readonly isComponent: boolean;
  /** files and folders that it takes objects from: resources, bases, components; relative to the project */
  readonly resources: readonly string[];
  /** files that it takes in otherwise, such as patches */
  readonly others: readonly string[];
  readonly namespace?: string;
  readonly namePrefix: string;
  readonly nameSuffix: string;
  /** images that it renames: name to new name */
  readonly renames: Readonly<Record<string, string>>;
}

export interface FoundChart {
  /** its folder */
  readonly path: string;
  readonly name: string;
  readonly isLibrary: boolean;
  /** folders of charts that it names by `file://` */
  readonly dependencies: readonly string[];
  /** charts in its `charts` folder */
  readonly subcharts: readonly FoundChart[];
  readonly values: unknown;
  /** `values-dev.yaml` and the like beside it, relative to the project */
  readonly valuesFiles: readonly FoundValues[];
  /** templates/*.yaml */
  readonly templates: readonly FoundText[];
}

/** An object that a chart makes. */
export interface RenderedObject {
  readonly manifest: Manifest;
  /** the template: `charts/web/templates/deployment.yaml` */
  readonly at: string;
}

interface FoundValues {
  readonly path: string;
  readonly values: unknown;
}

/** A build as somebody wrote it down. */
export interface FoundBuild {
  /** `Makefile:12`, `skaffold.yaml` */
  readonly at: string;
  /** without tag; as far as it is known */
  readonly image?: string;
  readonly dockerfile: string;
  readonly context: string;
  readonly target?: string;
  readonly args: Readonly<Record<string, string>>;
  /** what of it is not carried over as it is written, in words */
  readonly notes?: readonly string[];
}

export interface FoundTool {
  readonly path: string;
  /** patterns of files */
  readonly manifests: readonly string[];
  readonly kustomize: readonly string[];
  readonly helm: readonly {
    readonly chart: string;
    readonly release: string;
    readonly values: readonly string[];
    readonly set: Readonly<Record<string, string | number | boolean>>;
  }[];
  readonly forwards: readonly {
    readonly to: string;
    readonly port: number | string;
    readonly local?: number;
  }[];
}

export interface FoundProgram {
  /** its folder */
  readonly path: string;
  readonly language: string;
  /** what it calls itself */
  readonly name?: string;
}
