import { stringify } from 'yaml';
import type { BundleFile, Delivery } from './target.ts';
import { agentConfiguration } from './targets/moalog.ts';

const IMAGE = 'node:24-slim';
const NAME = 'moalog-agent';
const COMMAND = [
  'node',
  '--max-semi-space-size=1',
  '--max-old-space-size=64',
  '/agent/moalog-agent.mjs',
  'run',
  '--config',
  '/agent/moalog-agent.yaml',
];
/** Where containers' logs are on a host; their names below /var/log/containers say pod, namespace and container. */
const HOST_LOGS = ['/var/log', '/var/lib/docker/containers'];

/** The agent in a container: configuration and program are mounted into Node's own image. */
export function containerFiles(delivery: Delivery, platform: 'docker' | 'kubernetes'): BundleFile[] {
  const yaml = agentConfiguration(delivery, '/state', '/agent/key');
  if (platform === 'docker')
    return [
      { name: 'moalog-agent.yaml', content: yaml },
      { name: 'key', content: `${delivery.key}\n` },
      { name: 'docker-compose.yml', content: stringify(composeFile()) },
    ];
  return [
    {
      name: 'moalog-agent.k8s.yaml',
      content: kubernetesObjects(yaml, delivery.key)
        .map((each) => stringify(each))
        .join('---\n'),
    },
  ];
}

const composeFile = () => ({
  services: {
    [NAME]: {
      image: IMAGE,
      command: COMMAND,
      restart: 'unless-stopped',
      // Of the host, whose name the events carry.
      network_mode: 'host',
      mem_limit: '192m',
      volumes: ['./:/agent:ro', 'moalog-agent-state:/state', ...HOST_LOGS.map((path) => `${path}:${path}:ro`)],
    },
  },
  volumes: { 'moalog-agent-state': {} },
});

function kubernetesObjects(yaml: string, key: string): object[] {
  const metadata = { name: NAME, namespace: NAME };
  const labels = { app: NAME };
  const hostPath = (path: string, type?: string) => ({ hostPath: { path, ...(type !== undefined && { type }) } });
  const logs = HOST_LOGS.map((path, i) => ({ name: `logs-${i}`, path }));
  return [
    { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { key, 'moalog-agent.yaml': yaml } },
    {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata,
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            tolerations: [{ operator: 'Exists' }],
            hostNetwork: true,
            dnsPolicy: 'ClusterFirstWithHostNet',
            automountServiceAccountToken: false,
            containers: [
              {
                name: NAME,
                image: IMAGE,
                command: COMMAND,
                resources: { requests: { cpu: '50m', memory: '96Mi' }, limits: { memory: '192Mi' } },
                volumeMounts: [
                  { name: 'configuration', mountPath: '/agent', readOnly: true },
                  { name: 'state', mountPath: '/state' },
                  ...logs.map(({ name, path }) => ({ name, mountPath: path, readOnly: true })),
                ],
              },
            ],
            volumes: [
              {
                name: 'configuration',
                projected: {
                  sources: [{ secret: { name: NAME } }, { configMap: { name: 'moalog-agent-program' } }],
                },
              },
              { name: 'state', ...hostPath('/var/lib/moalog-agent', 'DirectoryOrCreate') },
              ...logs.map(({ name, path }) => ({ name, ...hostPath(path) })),
            ],
          },
        },
      },
    },
  ];
}
