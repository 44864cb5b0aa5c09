import type { Container, Pod } from './objects.ts';

/** The fields of a pod that the sandbox reads and cannot honour, as their author wrote them, each once. Pure. */
export function withoutEffect({ spec }: Pod): readonly string[] {
  const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
  const ofPod = (['activeDeadlineSeconds', 'dnsConfig', 'hostAliases', 'runtimeClassName'] as const).filter(
    (field) => spec?.[field] !== undefined,
  );
  const found = [
    ...ofPod,
    ...(isFilled(spec?.securityContext) ? ['securityContext'] : []),
    ...containers.flatMap(ofContainer),
  ];
  return [...new Set(found)];
}

function ofContainer({ resources, securityContext, volumeMounts, ports }: Container): string[] {
  return [
    ...(isFilled(resources?.limits) ? ['resources.limits'] : []),
    ...(isFilled(securityContext) ? ['securityContext'] : []),
    ...(volumeMounts?.some(({ readOnly }) => readOnly) ? ['volumeMounts.readOnly'] : []),
    ...(ports?.some(({ protocol = 'TCP' }) => protocol !== 'TCP') ? ['ports.protocol'] : []),
  ];
}

const isFilled = (value: object | undefined): boolean => Object.keys(value ?? {}).length > 0;
