import { spawnSync } from 'node:child_process';
import { expect, onTestFinished, test, vi } from 'vitest';
import { PODS } from '../../../../src/sandbox/kubelet/objects.ts';
import { startDockerProject } from '../docker-project.ts';
import { followLog, isReady, openKubelet } from './open-kubelet.ts';

const NODE = {
  Dockerfile: `FROM node:24-slim
WORKDIR /app
COPY . .
ENV GREETING=hello
EXPOSE 43221
STOPSIGNAL SIGINT
CMD ["node", "/app/server.js"]
`,
  'server.js': `process.on('SIGINT', () => { console.log('asked to stop'); process.exit(0); });
require('node:http').createServer((q, r) => r.end(process.env.GREETING)).listen(43221, '0.0.0.0', () => console.log('up'));
`,
};
const PYTHON = {
  Dockerfile: `FROM python:3-slim
WORKDIR /srv
COPY server.py .
RUN echo hello > greeting
ENTRYPOINT ["python", "-u"]
CMD ["server.py"]
`,
  'server.py': `import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(open("greeting", "rb").read().strip())
    def log_message(self, *args):
        pass
print("up")
http.server.ThreadingHTTPServer(("", 43221), Handler).serve_forever()
`,
};

const kinds = [
  ['node', NODE, 'up\nasked to stop\n'],
  ...(spawnSync('python3', ['--version']).status === 0 ? [['python', PYTHON, 'up\n'] as const] : []),
] as const;

test.each(kinds)(
  'an image that rockpool built for %s runs, two pods of it on one port',
  async (_, files, said) => {
    const project = await startDockerProject();
    onTestFinished(() => project.close());
    for (const [path, content] of Object.entries(files)) await project.put(`web/${path}`, content);
    const image = await project.build();
    const cluster = await openKubelet({ images: project.images });
    const container = {
      ...{ name: 'c', image: image.refs[0] },
      ports: [{ containerPort: 43_221 }],
      readinessProbe: { httpGet: { port: 43_221 }, periodSeconds: 1 },
    };
    const names = process.platform === 'linux' ? ['web-1', 'web-2'] : ['web-1'];
    for (const name of names) cluster.run(name, { containers: [container] });
    for (const name of names) {
      const { status } = await cluster.until(name, isReady);
      expect(await (await fetch(`http://${status?.podIP}:43221/`)).text()).toBe('hello');
    }
    const { all } = await followLog(cluster, 'web-1');
    cluster.objects.delete(PODS, cluster.pod('web-1')!);
    await vi.waitUntil(() => cluster.pod('web-1') === undefined, { timeout: 10_000 });
    expect(await all).toBe(said);
  },
);
