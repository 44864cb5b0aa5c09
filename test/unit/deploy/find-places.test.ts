import { expect, it } from 'vitest';
import { findPlaces } from '../../../src/deploy/find-places.ts';
import { parseManifests } from '../../../src/deploy/parse-manifests.ts';

const text = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      serviceAccountName: robot
      containers:
        - name: main
          image: shop/web
          envFrom:
            - configMapRef:
                name: settings
          env:
            - name: A
              valueFrom:
                secretKeyRef: { name: pass, key: word }
            - { name: B, valueFrom: { configMapKeyRef: { name: settings, key: b } } }
          readinessProbe:
            tcpSocket: { port: 80 }
      volumes:
        - name: data
          persistentVolumeClaim:
            claimName: data
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: { app: web }
  ports:
    - port: 80
      targetPort: http
    - port: 81
`;

it('finds the lines that failures may be due to, the first of each', async () => {
  const { manifests } = parseManifests(text, 'k8s/web.yaml');
  const [deployment, service] = await Promise.all(
    manifests.map(({ manifest, locate }) => findPlaces({ manifest, locate: async (path) => locate(path) })),
  );
  const lines = (places = {}) =>
    Object.fromEntries(Object.entries<{ line?: number }>(places).map(([what, { line }]) => [what, line]));
  expect(lines(deployment)).toEqual({
    ...{
      '': 4,
      template: 7,
      serviceAccount: 8,
      'container:main': 10,
      'image:main': 11,
      'readiness:main': 20,
    },
    ...{ 'ConfigMap:settings': 14, 'Secret:pass': 18, 'Secret:pass/word': 18, 'ConfigMap:settings/b': 19 },
    ...{ 'volume:data': 23, 'PersistentVolumeClaim:data': 25 },
  });
  expect(lines(service)).toEqual({ '': 30, selector: 32, 'targetPort:80': 35, 'targetPort:81': 36 });
});
