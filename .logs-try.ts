import { loadKubeConfig } from './src/kube/kubeconfig.ts';
import { selectContext } from './src/kube/select-context.ts';
import { createUndiciKubeClient } from './src/kube/undici-kube-client.ts';
import { openPodLog } from './src/kube/pod-log-stream.ts';
import { followPods } from './src/logs/follow-pods.ts';
import { createKubePodWatch } from './src/logs/kube-pod-watch.ts';
import { parseLogQuery } from './src/logs/query.ts';
import { systemClock } from './src/cli/system-clock.ts';
const loaded = await loadKubeConfig({ env: process.env });
const client = await createUndiciKubeClient(loaded, selectContext(loaded, undefined).name);
const query = parseLogQuery('^fast', { container: '.*', excludeContainer: [], include: [], exclude: [], since: '48h', tail: '-1', follow: true, output: 'default', color: 'auto' });
const per = new Map<string, number[]>(); let cuts = 0; let opens = 0; const owners = new Map<string, Set<string>>();
const cutting = process.argv[2] === 'cut';
await followPods({
  watchPods: createKubePodWatch({ client, namespace: 'logs-area', onLost: (m) => console.log('LOST', m) }),
  async open(request, signal) {
    opens++;
    console.log('open', request.follow ? 'follow' : 'once', request.previous ? 'previous' : '', request.sinceTime ?? '');
    const chunks = await openPodLog(client, request, signal);
    if (!cutting) return chunks;
    return (async function* () {
      let left = Math.random() * 1_500_000;
      for await (const chunk of chunks) {
        if (left < chunk.length) { cuts++; yield chunk.subarray(0, left); if (!request.follow || Math.random() < 0.5) throw new Error('cut'); return; }
        left -= chunk.length; yield chunk;
      }
    })();
  },
  query, clock: systemClock,
  onLines(lines) { for (const { text, targetId } of lines) {
    const [id = '', n = ''] = text.split(' ');
    const list = per.get(id) ?? []; per.set(id, list); list.push(Number(n));
    owners.set(id, (owners.get(id) ?? new Set()).add(targetId));
  } },
  onMarker: ({ sign, pod }) => console.log(sign, pod),
  onProblem: (t, m) => console.log('problem', t.pod, m),
}, AbortSignal.timeout(Number(process.argv[3]) * 1000)).catch((e) => console.log(String(e)));
for (const [id, list] of per) {
  const ok = list.every((n, i) => n === i + 1);
  console.log(id, 'lines', list.length, ok ? 'in order, none lost, none twice' : 'WRONG', 'targets', owners.get(id)?.size);
}
console.log({ opens, cuts });
await client.close();
