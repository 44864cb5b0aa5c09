import { z } from 'zod';

/** DNS label (RFC 1123), which namespaces and label values must be. */
const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** A repository name as Docker writes it: [host[:port]/]path, no tag, no digest (distribution reference grammar). */
const REPOSITORY =
  /^([a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?(\.[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?)*(:[0-9]+)?\/)?[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*(\/[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*)*$/;

/** A registry, and a path in it: the first part has a dot or a port or is localhost, else Docker takes it for a path of Docker Hub. */
const REGISTRY =
  /^(localhost(:[0-9]{1,5})?|[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?(\.[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?)+(:[0-9]{1,5})?|[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?:[0-9]{1,5})(\/[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*)*$/;

const label = (what: string) =>
  z
    .string()
    .regex(
      LABEL,
      `${what} consists of lower case letters, digits and "-", at most 63, and begins and ends with a letter or digit`,
    );
const text = z.string().min(1, 'must not be empty');
const PORT = 'a port is a whole number from 1 to 65535';
const port = z.int().min(1, PORT).max(65535, PORT);
const portOrName = z.union([port, text]);
const command = z.union([text, z.array(text).min(1)]);
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const templated = z.record(z.string(), scalar);

const syncRule = z
  .strictObject({
    from: text.describe('pattern of files as in .dockerignore, relative to the build context'),
    to: text
      .regex(/^\//, 'is a path in the container and begins with "/"')
      .describe('absolute folder or file in the container'),
    run: command.optional().describe('command to run in the container afterwards'),
    restart: z.boolean().default(false).describe('restart the program afterwards'),
  })
  .meta({ id: 'Sync' });

/** An entry of `images`. */
export const imageSchema = z
  .strictObject({
    name: z
      .string()
      .regex(REPOSITORY, 'an image name is written as in the manifests, without tag or digest, in lower case')
      .describe('the image as the manifests write it, without a tag'),
    context: text
      .default('.')
      .describe('the build context: a folder, relative to the project; its .dockerignore is honoured'),
    dockerfile: text
      .optional()
      .describe('relative to the project; default: `Dockerfile` in the build context'),
    target: text.optional().describe('the stage to build; default: the last'),
    args: templated.default({}).describe('build arguments; templated'),
    update: z
      .enum(['auto', 'sync', 'swap', 'roll'])
      .default('auto')
      .describe('how new code gets to the pods; `auto` takes the quickest way that fits'),
    sync: z
      .array(syncRule)
      .default([])
      .describe('files that are copied into the running container instead of rebuilding'),
    secrets: z
      .record(z.string(), text)
      .default({})
      .describe('id and file of build secrets (`RUN --mount=type=secret,id=…`)'),
    ssh: z
      .array(text)
      .default([])
      .describe('ssh agents or keys for the build, as `docker build --ssh` takes them'),
    platform: z
      .string()
      .regex(/^[a-z0-9]+\/[a-z0-9]+(\/[a-z0-9]+)?$/, 'a platform is written os/architecture, as linux/amd64')
      .optional()
      .describe("`linux/amd64` and the like; default: the daemon's"),
    contexts: z
      .record(z.string(), text)
      .default({})
      .describe('additional named build contexts, as `docker build --build-context` takes them'),
    ignore: z.array(text).default([]).describe('patterns as in .dockerignore, added to it'),
  })
  .meta({ id: 'Image' });

/** Entries of `manifests` that another tool renders. */
export const generatedSchema = z.union([
  z.strictObject({
    kustomize: text.describe('folder of a kustomization, rendered by kustomize or `kubectl kustomize`'),
  }),
  z.strictObject({
    helm: z
      .strictObject({
        chart: text.describe('folder of the chart, or what helm is to fetch: `repository/name`, `oci://…`'),
        release: label('a release name').optional().describe("name of the release; default: the project's"),
        version: text.optional().describe('version of the chart, for those that helm fetches'),
        values: z.array(text).default([]).describe('values files, relative to the project; later ones win'),
        set: templated
          .default({})
          .describe(
            "single values by helm's paths (`auth.enabled: false`); templated; they win over the files",
          ),
      })
      .describe('a chart, rendered by `helm template`'),
  }),
]);

const manifests = z.union([text, ...generatedSchema.options]);

/** An entry of `forwards`. */
export const forwardSchema = z
  .strictObject({
    to: text.describe(
      '`service/web`, `deployment/web`, `statefulset/db`, `daemonset/x` or `pod/x`; `service/web:80` names the port too',
    ),
    port: portOrName.optional().describe('port number or name at the target'),
    local: z
      .union([port, z.literal('auto')])
      .optional()
      .describe('port on this machine; default: the same, below 1024 plus 8000; `auto` takes a free one'),
    namespace: label('a namespace').optional().describe("default: the session's"),
  })
  .meta({ id: 'Forward' });

const task = z
  .strictObject({
    name: text.describe('what messages call it'),
    in: text.optional().describe('workload to run in, as `deployment/web`'),
    host: z.boolean().optional().describe('run on this machine'),
    run: command.optional().describe('command that ends'),
    serve: command.optional().describe('command that goes on for the whole session'),
    when: z.array(text).optional().describe('patterns of files: run again when one of them changes'),
    env: templated.optional().describe('environment variables; templated'),
  })
  .meta({ id: 'Task' });

const settings = {
  namespace: label('a namespace').optional().describe("made if missing; default: the context's"),
  contexts: z
    .array(text)
    .default([])
    .describe('kubeconfig contexts that a session may touch; default: those of local clusters'),
  registry: z
    .string()
    .regex(
      REGISTRY,
      'a registry is written host[:port][/path], as localhost:5000 or ghcr.io/me, without https:// and without "/" at the end',
    )
    .optional()
    .describe(
      'where images are pushed to for clusters that they reach in no other way: `host[:port][/path]`; logins are those of `docker login`',
    ),
  images: z.array(imageSchema).default([]).describe('what is built'),
  manifests: z
    .array(manifests)
    .default([])
    .describe('files, folders and patterns of manifests; those ending in `.liquid` are templates'),
  values: z.record(z.string(), z.unknown()).default({}).describe('for the templates'),
  forwards: z.array(forwardSchema).default([]).describe('ports of the cluster on this machine'),
  gateway: z.union([port, z.boolean()]).optional().describe('one port for every HTTP Service and Ingress'),
  tasks: z.array(task).default([]).describe('commands to run beside the loop'),
  dependsOn: z
    .record(z.string(), z.array(text))
    .default({})
    .describe('workloads that wait for others to be ready'),
  onExit: z
    .enum(['stop', 'keep', 'down'])
    .default('keep')
    .describe('what becomes of the workloads when the session ends'),
};

/** rockpool.yaml. The JSON Schema, the reference page and the checks all come from here. */
export const configSchema = z
  .strictObject({
    version: z.literal(1).describe('version of this format'),
    name: label('a name')
      .optional()
      .describe('labels what the session applies; default: the name of the folder'),
    ...settings,
    profiles: z
      .record(z.string(), z.strictObject(settings).partial())
      .default({})
      .describe(
        'named changes to the above, chosen by `--profile`: maps are merged, lists and scalars replaced',
      ),
  })
  .meta({ title: 'rockpool.yaml' });

/** rockpool.yaml as written, with defaults. */
export type ConfigFile = z.output<typeof configSchema>;
