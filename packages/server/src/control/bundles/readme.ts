import type { BundleFile, Delivery, Target } from './target.ts';

/** README files of a bundle, in English and Korean. */
export function readmes(delivery: Delivery, target: Target): BundleFile[] {
  const { setup, address } = delivery;
  const steps = target.steps(delivery);
  const commands = (lines: readonly string[]): string => lines.map((line) => `    ${line}`).join('\n');
  const paths = setup.paths.map((path) => `- ${path}`).join('\n');
  const needsNode = setup.agent === 'moalog' && setup.platform !== 'docker' && setup.platform !== 'kubernetes';
  return [
    {
      name: 'README.md',
      content: `# Logs to Moalog

This bundle sends these files to the project \`${setup.project}\` at ${address}:

${paths}

In this directory:

${commands(steps.en)}
${needsNode ? '\nWhere the bundle has no `node` in it, the machine needs Node 24 or newer.\n' : ''}
The bundle holds a key that may send events to this project and nothing else. Keep it as you keep passwords; it can be taken back in the console under Settings, Keys.
`,
    },
    {
      name: 'README.ko.md',
      content: `# 모아로그로 로그 보내기

이 묶음은 아래 파일을 ${address} 의 프로젝트 \`${setup.project}\` 로 보냅니다.

${paths}

이 디렉터리에서:

${commands(steps.ko)}
${needsNode ? '\n묶음에 `node` 파일이 없으면 Node 24 이상이 설치되어 있어야 합니다.\n' : ''}
묶음에는 이 프로젝트로 이벤트를 보내는 것만 할 수 있는 키가 들어 있습니다. 비밀번호처럼 보관하십시오. 콘솔의 설정, 키에서 거둘 수 있습니다.
`,
    },
  ];
}
