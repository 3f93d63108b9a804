import { describe, expect, it } from '@jest/globals';
import type { Manifest } from './kubernetes-manifest.ts';
import { podSecurityFaults } from './pod-security.ts';

const securePod = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };
const secureContainer = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

const podSpec = ({
  pod = {},
  container = {},
  more = {},
}: {
  pod?: object;
  container?: object;
  more?: object;
}) => ({
  securityContext: { ...securePod, ...pod },
  containers: [{ name: 'app', securityContext: { ...secureContainer, ...container } }],
  ...more,
});

const deployment = (spec: object): Manifest => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'billing' },
  spec: { template: { spec } },
});

const faultsOf = (changes: Parameters<typeof podSpec>[0]) =>
  podSecurityFaults([deployment(podSpec(changes))]);

describe('the restricted pod security standard', () => {
  it('given a pod that keeps it, finds no breach', () => {
    expect(faultsOf({})).toEqual([]);
  });

  it.each([
    ['may run as root', { pod: { runAsNonRoot: undefined } }, 'runAsNonRoot must be true'],
    ['overrides runAsNonRoot', { container: { runAsNonRoot: false } }, 'runAsNonRoot must be true'],
    ['runs as user 0', { container: { runAsUser: 0 } }, 'runAsUser must not be 0'],
    ['has no seccomp profile', { pod: { seccompProfile: undefined } }, 'seccompProfile must be set'],
    ['is privileged', { container: { privileged: true } }, 'must not be privileged'],
    [
      'may escalate privileges',
      { container: { allowPrivilegeEscalation: undefined } },
      'allowPrivilegeEscalation must be false',
    ],
    [
      'writes to its root file system',
      { container: { readOnlyRootFilesystem: false } },
      'readOnlyRootFilesystem must be true',
    ],
    ['keeps capabilities', { container: { capabilities: {} } }, 'capabilities must drop ALL'],
    [
      'adds a capability',
      { container: { capabilities: { drop: ['ALL'], add: ['SYS_ADMIN'] } } },
      'capability SYS_ADMIN must not be added',
    ],
    ['unmasks proc', { container: { procMount: 'Unmasked' } }, 'procMount must be Default'],
  ])('given a container that %s, names the breach', (_, changes, fault) => {
    expect(faultsOf(changes)).toEqual([`Deployment/billing, container app: ${fault}`]);
  });

  it.each([
    ['shares the host network', { more: { hostNetwork: true } }, 'host namespaces must not be shared'],
    [
      'mounts a host path',
      { more: { volumes: [{ name: 'root', hostPath: { path: '/' } }] } },
      'volume root: type hostPath is not allowed',
    ],
    [
      'sets a dangerous sysctl',
      { pod: { sysctls: [{ name: 'kernel.msgmax' }] } },
      'sysctl kernel.msgmax is not safe',
    ],
    [
      'turns seccomp off',
      { pod: { seccompProfile: { type: 'Unconfined' } } },
      'seccompProfile must be RuntimeDefault or Localhost',
    ],
    [
      'turns AppArmor off',
      { pod: { appArmorProfile: { type: 'Unconfined' } } },
      'appArmorProfile must be RuntimeDefault or Localhost',
    ],
    [
      'takes a SELinux role',
      { pod: { seLinuxOptions: { role: 'sysadm_r' } } },
      'seLinuxOptions must keep a container type and set no user or role',
    ],
  ])('given a pod that %s, names the breach', (_, changes, fault) => {
    expect(faultsOf(changes)).toEqual([`Deployment/billing: ${fault}`]);
  });

  it('looks into init containers, host ports, bare pods and cron jobs', () => {
    const bad = {
      ...podSpec({}),
      initContainers: [{ name: 'setup', securityContext: secureContainer, ports: [{ hostPort: 80 }] }],
    };
    const fault = 'container setup: hostPort must not be used';
    const cronJob = { jobTemplate: { spec: { template: { spec: bad } } } };
    expect(
      podSecurityFaults([
        { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: bad },
        { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'b' }, spec: cronJob },
      ]),
    ).toEqual([`Pod/a, ${fault}`, `CronJob/b, ${fault}`]);
  });
});
