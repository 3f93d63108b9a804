import { manifestName, type Manifest } from './kubernetes-manifest.ts';

/**
 * Breaches of the "restricted" pod security standard in the pods that the manifests describe, each as one
 * line naming the manifest, the container and the rule. Stricter than the standard in one point: the root
 * file system must be read-only.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/ (Linux pods)
 */
export function podSecurityFaults(manifests: readonly Manifest[]): string[] {
  return manifests.flatMap((manifest) =>
    podSpecsOf(manifest).flatMap((pod) => [
      ...podFaults(pod).map((fault) => `${manifestName(manifest)}: ${fault}`),
      ...containersOf(pod).flatMap((container) =>
        containerFaults(container, pod).map(
          (fault) => `${manifestName(manifest)}, container ${container.name}: ${fault}`,
        ),
      ),
    ]),
  );
}

interface SecurityContext {
  runAsNonRoot?: boolean;
  runAsUser?: number;
  seccompProfile?: { type?: string };
  appArmorProfile?: { type?: string };
  seLinuxOptions?: { type?: string; user?: string; role?: string };
  sysctls?: { name: string }[];
  privileged?: boolean;
  allowPrivilegeEscalation?: boolean;
  readOnlyRootFilesystem?: boolean;
  capabilities?: { add?: string[]; drop?: string[] };
  procMount?: string;
}

interface Container {
  name: string;
  securityContext?: SecurityContext;
  ports?: { hostPort?: number }[];
}

interface PodSpec {
  hostNetwork?: boolean;
  hostPID?: boolean;
  hostIPC?: boolean;
  securityContext?: SecurityContext;
  volumes?: { name: string; [source: string]: unknown }[];
  containers?: Container[];
  initContainers?: Container[];
  ephemeralContainers?: Container[];
}

const allowedVolumes = new Set(
  'configMap csi downwardAPI emptyDir ephemeral image persistentVolumeClaim projected secret'.split(' '),
);

const safeSysctls = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_syncookies',
]);

const safeSeLinuxTypes = new Set([
  '',
  'container_t',
  'container_init_t',
  'container_kvm_t',
  'container_engine_t',
]);

function podFaults(pod: PodSpec): string[] {
  const context = pod.securityContext ?? {};
  const faults = contextFaults(context);
  if (pod.hostNetwork || pod.hostPID || pod.hostIPC) faults.push('host namespaces must not be shared');
  for (const { name } of context.sysctls ?? [])
    if (!safeSysctls.has(name)) faults.push(`sysctl ${name} is not safe`);
  for (const { name, ...source } of pod.volumes ?? [])
    for (const kind of Object.keys(source))
      if (!allowedVolumes.has(kind)) faults.push(`volume ${name}: type ${kind} is not allowed`);
  return faults;
}

function containerFaults(container: Container, pod: PodSpec): string[] {
  const own = container.securityContext ?? {};
  const inherited = { ...pod.securityContext, ...own };
  const faults = contextFaults(own);
  const require = (holds: boolean, fault: string) => holds || faults.push(fault);
  require(inherited.runAsNonRoot === true, 'runAsNonRoot must be true');
  require(inherited.seccompProfile !== undefined, 'seccompProfile must be set');
  require(!own.privileged, 'must not be privileged');
  require(own.allowPrivilegeEscalation === false, 'allowPrivilegeEscalation must be false');
  require(own.readOnlyRootFilesystem === true, 'readOnlyRootFilesystem must be true');
  require(own.capabilities?.drop?.includes('ALL') ?? false, 'capabilities must drop ALL');
  require((own.procMount ?? 'Default') === 'Default', 'procMount must be Default');
  for (const capability of own.capabilities?.add ?? [])
    require(capability === 'NET_BIND_SERVICE', `capability ${capability} must not be added`);
  require((container.ports ?? []).every(({ hostPort }) => !hostPort), 'hostPort must not be used');
  return faults;
}

/** Rules for values that pod and container may both set. */
function contextFaults({
  runAsUser,
  seccompProfile,
  appArmorProfile,
  seLinuxOptions,
}: SecurityContext): string[] {
  const faults: string[] = [];
  if (runAsUser === 0) faults.push('runAsUser must not be 0');
  if (seccompProfile && !['RuntimeDefault', 'Localhost'].includes(seccompProfile.type ?? ''))
    faults.push('seccompProfile must be RuntimeDefault or Localhost');
  if (appArmorProfile && !['RuntimeDefault', 'Localhost'].includes(appArmorProfile.type ?? ''))
    faults.push('appArmorProfile must be RuntimeDefault or Localhost');
  if (!safeSeLinuxTypes.has(seLinuxOptions?.type ?? '') || seLinuxOptions?.user || seLinuxOptions?.role)
    faults.push('seLinuxOptions must keep a container type and set no user or role');
  return faults;
}

const containersOf = (pod: PodSpec): Container[] => [
  ...(pod.initContainers ?? []),
  ...(pod.containers ?? []),
  ...(pod.ephemeralContainers ?? []),
];

/** The pods a manifest describes: itself, a workload's template, or a cron job's job's template. */
function podSpecsOf(manifest: Manifest): PodSpec[] {
  if (manifest.kind === 'Pod') return [manifest['spec'] as PodSpec];
  type Templated = { template?: { spec?: PodSpec }; jobTemplate?: { spec?: Templated } };
  const spec = manifest['spec'] as Templated | undefined;
  const pod = spec?.template?.spec ?? spec?.jobTemplate?.spec?.template?.spec;
  return pod ? [pod] : [];
}
