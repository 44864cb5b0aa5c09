import { arch, cpus, hostname, platform, release, totalmem } from 'node:os';
import { seconds } from '../api/objects/prepare.ts';

/** The one node as the API has it: this machine, and that it is none that isolates anything. */
export function nodeObject(name: string, address: string, now: Date): Record<string, unknown> {
  const capacity = {
    cpu: String(cpus().length),
    memory: `${Math.floor(totalmem() / 1024)}Ki`,
    pods: '110',
  };
  const architecture = ({ x64: 'amd64' } as Record<string, string>)[arch()] ?? arch();
  const system = platform();
  return {
    metadata: {
      name,
      labels: {
        ...{ 'kubernetes.io/arch': architecture, 'kubernetes.io/os': system, 'kubernetes.io/hostname': name },
        ...{ 'beta.kubernetes.io/arch': architecture, 'beta.kubernetes.io/os': system },
        'node-role.kubernetes.io/control-plane': '',
      },
    },
    spec: {},
    status: {
      ...{ capacity, allocatable: capacity },
      addresses: [
        { type: 'InternalIP', address },
        { type: 'Hostname', address: name },
      ],
      conditions: nodeConditions(now, now),
      nodeInfo: {
        ...{ architecture, operatingSystem: system, kernelVersion: release() },
        ...{ osImage: `processes of ${hostname()}, not isolated`, containerRuntimeVersion: 'sandbox://1' },
        ...{ kubeletVersion: 'v1.36.0', kubeProxyVersion: '' },
        ...{ machineID: '', systemUUID: '', bootID: '' },
      },
    },
  };
}

/** In the kubelet's words. Pure. */
export function nodeConditions(since: Date, now: Date): readonly object[] {
  const times = { lastHeartbeatTime: seconds(now), lastTransitionTime: seconds(since) };
  const fine = (type: string, reason: string, message: string, status = 'False') => ({
    ...{ type, status, reason, message },
    ...times,
  });
  return [
    fine('MemoryPressure', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
    fine('DiskPressure', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
    fine('PIDPressure', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
    fine('Ready', 'KubeletReady', 'kubelet is posting ready status', 'True'),
  ];
}
