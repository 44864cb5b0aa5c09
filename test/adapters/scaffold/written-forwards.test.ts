import { expect, it } from 'vitest';
import { proposed, workload } from './proposed.ts';

const skaffold = `apiVersion: skaffold/v4beta13
kind: Config
manifests: { rawYaml: [k8s/*.yaml] }
portForward:
  - { resourceType: service, resourceName: web, port: http, localPort: 9001 }
  - { resourceType: deployment, resourceName: metrics, port: prom, localPort: 9002 }
`;

it('skaffold may forward a port by its name, of a Service or of a container', async () => {
  const metrics = workload('metrics', 'acme/metrics').replace(
    'image:',
    'ports: [{ containerPort: 9100, name: prom }, { containerPort: 9101, name: admin }]\n          image:',
  );
  const { config } = await proposed({
    'skaffold.yaml': skaffold,
    'k8s/web.yaml': workload('web', 'acme/web', 80).replace(
      'ports: [{ port: 80 }]',
      'ports: [{ port: 80, name: http, targetPort: 3000 }, { port: 81, name: admin }]',
    ),
    'k8s/metrics.yaml': metrics,
    'metrics/Dockerfile': 'FROM node:24-slim\n',
  });
  expect(config.forwards).toEqual([
    { to: 'service/web', port: 80, local: 9001 },
    { to: 'service/web', port: 81 },
    { to: 'deployment/metrics', port: 9100, local: 9002 },
    { to: 'deployment/metrics', port: 9101 },
  ]);
});
