import { stringify } from 'yaml';
import { containerFiles } from '../containers.ts';
import { script } from '../scripts.ts';
import type { BundleFile, Delivery, Target } from '../target.ts';

/** The agent's own configuration (docs/howto/agent.md). */
export function agentConfiguration({ setup, address }: Delivery, stateDir: string, keyFile: string): string {
  const { service, environment, labels, paths, format, encoding, timezone, multiline, dropContaining, startAt } = setup;
  const source = {
    paths,
    ...(service !== undefined && { service }),
    ...(format !== 'lines' && { format }),
    ...(encoding !== 'auto' && { encoding }),
    ...(timezone !== undefined && { timezone }),
    ...(multiline !== undefined && { multiline: 'preset' in multiline ? multiline.preset : multiline }),
    ...(dropContaining.length > 0 && { drop: dropContaining.map((contains) => ({ contains })) }),
    ...(startAt !== 'beginning' && { startAt }),
  };
  return stringify({
    server: address,
    keyFile,
    stateDir,
    ...(environment !== undefined && { environment }),
    ...(Object.keys(labels).length > 0 && { labels }),
    sources: [source],
  });
}

const SCRIPTS = {
  'linux-x64': ['moalog-agent.sh', 'moalog-agent.service'],
  'linux-arm64': ['moalog-agent.sh', 'moalog-agent.service'],
  'darwin-arm64': ['moalog-agent.sh', 'io.moalog.agent.plist'],
  'win32-x64': ['moalog-agent.ps1'],
} as const;

const KUBERNETES = [
  'kubectl create namespace moalog-agent',
  'kubectl -n moalog-agent create configmap moalog-agent-program --from-file=moalog-agent.mjs',
  'kubectl apply -f moalog-agent.k8s.yaml',
];

export const moalog: Target = {
  files(delivery): BundleFile[] {
    const { platform } = delivery.setup;
    if (platform === 'docker' || platform === 'kubernetes') return containerFiles(delivery, platform);
    return [
      { name: 'moalog-agent.yaml', content: agentConfiguration(delivery, 'state', 'key') },
      { name: 'key', content: `${delivery.key}\n` },
      ...SCRIPTS[platform].map((name) => script(name)),
    ];
  },
  steps({ setup: { platform } }) {
    if (platform === 'docker')
      return {
        en: ['docker compose up -d', 'docker compose logs', 'docker compose down   # stops and removes it'],
        ko: ['docker compose up -d', 'docker compose logs', 'docker compose down   # 멈추고 지웁니다'],
      };
    if (platform === 'kubernetes')
      return {
        en: [...KUBERNETES, 'kubectl delete -f moalog-agent.k8s.yaml   # removes it'],
        ko: [...KUBERNETES, 'kubectl delete -f moalog-agent.k8s.yaml   # 지웁니다'],
      };
    const call =
      platform === 'win32-x64' ? 'powershell -ExecutionPolicy Bypass -File moalog-agent.ps1' : './moalog-agent.sh';
    return {
      en: [
        `${call} run       # in this terminal, to try it`,
        `${call} install   # as a service that starts with the machine (as root or administrator)`,
        `${call} status | stop | start | remove`,
      ],
      ko: [
        `${call} run       # 이 터미널에서 시험 실행`,
        `${call} install   # 부팅할 때 시작하는 서비스로 설치 (root 또는 관리자)`,
        `${call} status | stop | start | remove   # 상태, 멈춤, 시작, 제거`,
      ],
    };
  },
};
