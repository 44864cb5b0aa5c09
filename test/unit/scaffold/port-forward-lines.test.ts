import { expect, test } from 'vitest';
import { portForwardLines } from '../../../src/scaffold/survey/port-forward-lines.ts';

test.each<[string, string, string[]]>([
  ['a Service', 'kubectl port-forward svc/web 8080:80', ['service/web:80 on 8080']],
  ['one port for both', 'kubectl port-forward deployment/api 3000', ['deployment/api:3000 on 3000']],
  [
    'several',
    'kubectl port-forward sts/db 15432:5432 19187:9187 &',
    ['statefulset/db:5432 on 15432', 'statefulset/db:9187 on 19187'],
  ],
  [
    'flags',
    'kubectl --context minikube -n shop port-forward --address=0.0.0.0 -n shop service/web 8081:80',
    ['service/web:80 on 8081'],
  ],
  [
    'variables of make',
    'PORT := 9000\nNAME ?= web\nforward:\n\t@kubectl port-forward svc/$(NAME) $(PORT):80 > /dev/null',
    ['service/web:80 on 9000'],
  ],
  [
    'lines that go on',
    'run:\n\tkubectl \\\n\t  port-forward \\\n\t  svc/web 8080:80',
    ['service/web:80 on 8080'],
  ],
  [
    'two in one line',
    'kubectl port-forward svc/a 1:1 & kubectl port-forward svc/b 2:2',
    ['service/a:1 on 1', 'service/b:2 on 2'],
  ],
  ['a pod that only this cluster has', 'kubectl port-forward web-7d4-abc 8080:80', []],
  ['a pod that a command finds', 'kubectl port-forward $(shell kubectl get pod -o name) 8080:80', []],
  ['a port by name, or any', 'kubectl port-forward svc/web http :80 70000:80', []],
  ['another command', 'kubectl apply -f k8s # kubectl port-forward', []],
])('%s', (_, source, expected) => {
  const found = portForwardLines({ path: 'Makefile', source });
  expect(found.map(({ to, port, local }) => `${to}:${port} on ${local}`)).toEqual(expected);
});

test('where it is written is told', () => {
  const at = (path: string, source: string) => portForwardLines({ path, source }).map((found) => found.at);
  expect(at('Makefile', '\nrun:\n\tkubectl port-forward svc/web 8080:80\n')).toEqual(['Makefile:3']);
  expect(at('web/package.json', '{"scripts":{"pf":"kubectl port-forward svc/web 8080:80"}}')).toEqual([
    'web/package.json',
  ]);
});
