import type { ServiceSketch } from '../proposal.ts';
import { containerOf } from './container.ts';
import { filesOf } from './files.ts';
import { labelsOf } from './labels.ts';

/** Of a claim: local clusters do not hold anybody to it. */
const STORAGE = '1Gi';

/** The Deployment of a program, or its StatefulSet where it has volumes. Pure. */
export function workloadOf(sketch: ServiceSketch, app: string): object {
  const { name, volumes } = sketch;
  const selector = { matchLabels: { 'app.kubernetes.io/name': name } };
  const metadata = { name, labels: labelsOf(name, app) };
  const template = { metadata: { labels: labelsOf(name, app) }, spec: podOf(sketch, app) };
  if (volumes.length === 0) {
    const spec = { replicas: sketch.replicas, selector, template };
    return { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec };
  }
  const volumeClaimTemplates = volumes.map((volume) => ({
    metadata: { name: volume.name },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: STORAGE } } },
  }));
  const spec = { serviceName: name, replicas: sketch.replicas, selector, template, volumeClaimTemplates };
  return { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata, spec };
}

/**
 * Only what is safe for images that nobody looked into: the seccomp profile that Docker uses anyway, no token for the
 * apiserver. Service links would set variables such as REDIS_PORT=tcp://10.0.0.1:6379, which programs take for their own.
 */
function podOf(sketch: ServiceSketch, app: string): object {
  const { volumes, mounts } = filesOf(sketch, app);
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
    containers: [containerOf(sketch, mounts)],
    ...(volumes.length > 0 ? { volumes } : {}),
  };
}
