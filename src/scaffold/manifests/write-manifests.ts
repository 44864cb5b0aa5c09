import type { ProposedFile, ServiceSketch } from '../proposal.ts';
import { completeSketch } from './complete-sketch.ts';
import { filesOf } from './files.ts';
import { labelsOf } from './labels.ts';
import { namePorts } from './port-names.ts';
import { toYaml } from './to-yaml.ts';
import { workloadOf } from './workload.ts';

/**
 * One manifest file for each sketch, `k8s/<name>.yaml`: a Deployment, or a StatefulSet where something must outlive the
 * pod; a Service where it listens; a Secret where there are values for one, a ConfigMap for files. What well-known public images need (ports,
 * data folders, a readiness probe) is added where the sketch does not say it. Pure.
 * @param app a DNS label: name of the project
 * @param sketches with names that are DNS labels, each once
 * @param folder where the files go, relative to the project
 */
export function writeManifests(
  app: string,
  sketches: readonly ServiceSketch[],
  folder = 'k8s',
): readonly ProposedFile[] {
  return sketches.map((given) => {
    const sketch = completeSketch(given);
    const objects = [
      ...secretOf(sketch, app),
      ...filesOf(sketch, app).objects,
      workloadOf(sketch, app),
      ...serviceOf(sketch, app),
    ];
    return {
      path: `${folder}/${sketch.name}.yaml`,
      content: objects.map(toYaml).join('---\n'),
      reason: reasonOf(sketch, given),
    };
  });
}

function secretOf({ name, secretEnv }: ServiceSketch, app: string): readonly object[] {
  if (Object.keys(secretEnv).length === 0) return [];
  const metadata = { name, labels: labelsOf(name, app) };
  return [{ apiVersion: 'v1', kind: 'Secret', metadata, stringData: secretEnv }];
}

/** On the port that the program itself listens on, so that addresses such as `http://api:8080` go on to work. */
function serviceOf(sketch: ServiceSketch, app: string): readonly object[] {
  const { name } = sketch;
  if (sketch.ports.length === 0) return [];
  const ports = namePorts(sketch).map((port) => ({
    name: port.name,
    port: port.number,
    targetPort: port.name,
  }));
  const metadata = { name, labels: labelsOf(name, app) };
  const spec = { selector: { 'app.kubernetes.io/name': name }, ports };
  return [{ apiVersion: 'v1', kind: 'Service', metadata, spec }];
}

function reasonOf(sketch: ServiceSketch, given: ServiceSketch): string {
  const keeps = sketch.volumes.length > 0;
  const objects = [
    keeps ? 'a StatefulSet' : 'a Deployment',
    ...(sketch.ports.length > 0 ? ['a Service'] : []),
  ];
  const paths = sketch.volumes.map(({ mountPath }) => mountPath).join(' and ');
  const secrets = Object.keys(sketch.secretEnv).join(', ');
  const files = (sketch.files ?? []).map(({ mountPath }) => mountPath).join(', ');
  return [
    `no manifest runs ${sketch.image}: ${objects.join(' and ')}`,
    ...(keeps
      ? [
          `${paths} ${sketch.volumes.length > 1 ? 'are' : 'is'} kept${given.volumes.length === 0 ? ', where the image has its data' : ''}`,
        ]
      : []),
    ...(secrets === '' ? [] : [`${secrets} in a Secret, with the values of development`]),
    ...(files === '' ? [] : [`${files} with a copy of what is in it now`]),
  ].join('; ');
}
