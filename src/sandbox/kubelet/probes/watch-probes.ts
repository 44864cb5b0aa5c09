import type { Probe } from '../objects.ts';
import type { Probed } from './probe-action.ts';
import type { ProbeResult } from './probe-result.ts';
import { runProbe } from './run-probe.ts';

/** What a container's probes tell. */
export interface Health {
  /** the startup probe has passed */
  onStarted(): void;
  onReady(isReady: boolean): void;
  /** it is to be started again; the name of the probe */
  onDead(probe: 'startup' | 'liveness'): void;
  /** in the words of the kubelet's event */
  onUnhealthy(message: string): void;
}

/** Runs the probes of a container until the signal fires: the startup probe alone, then the others. */
export function watchProbes(probed: Probed, health: Health, signal: AbortSignal): void {
  const { startupProbe, livenessProbe, readinessProbe } = probed.container;
  const run = (name: string, probe: Probe, onVerdict: (isGood: boolean) => void, until: AbortSignal) => {
    const onBad = (result: BadResult) => health.onUnhealthy(words(name, result));
    void runProbe(probe, probed, { onBad, onVerdict }, until);
  };
  const afterStart = () => {
    health.onStarted();
    if (readinessProbe) run('Readiness', readinessProbe, health.onReady, signal);
    else health.onReady(true);
    if (livenessProbe) run('Liveness', livenessProbe, (good) => good || health.onDead('liveness'), signal);
  };
  if (!startupProbe) {
    afterStart();
    return;
  }
  const starting = new AbortController();
  const onVerdict = (isGood: boolean) => {
    starting.abort();
    if (isGood) afterStart();
    else health.onDead('startup');
  };
  run('Startup', startupProbe, onVerdict, AbortSignal.any([signal, starting.signal]));
}

type BadResult = Exclude<ProbeResult, { is: 'success' }>;

function words(name: string, { is, message }: BadResult): string {
  if (is === 'failure') return `${name} probe failed: ${message}`;
  return `${name} probe errored and resulted in unknown state: ${message}`;
}
