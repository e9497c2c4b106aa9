import { Alert, Button, CopyButton, Loader, Paper, Tabs, Text, Title } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

const commands = (origin: string): Readonly<Record<'curl' | 'file' | 'filebeat' | 'demo', string>> => ({
  curl: `curl ${origin}/api/v1/ingest \\\n  -H 'Authorization: Bearer YOUR_KEY' \\\n  -d '{"level":"info","service":"hello","message":"first event"}'`,
  file: `npm run moalog send /var/log/syslog -- --service syslog --url ${origin} --key YOUR_KEY`,
  filebeat: `# filebeat.yml\noutput.elasticsearch:\n  hosts: ["${origin}/elasticsearch"]\n  username: "moalog"\n  password: "YOUR_KEY"\nsetup.template.enabled: false\nsetup.ilm.enabled: false`,
  demo: `npm run moalog demo -- --back 24h --rate 20`,
});

/** A project without events: a command to copy, and a page that turns green with the first event. */
export function FirstRun({ arrived }: { arrived: boolean }) {
  const { t } = useTranslation();
  const texts = commands(location.origin);
  return (
    <Paper withBorder p="lg" m="md" maw={760}>
      <Title order={2} size="h3" mb="sm">
        {t('first.title')}
      </Title>
      <Tabs defaultValue="curl">
        <Tabs.List>
          {(['curl', 'file', 'filebeat', 'demo'] as const).map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`first.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {Object.entries(texts).map(([name, command]) => (
          <Tabs.Panel key={name} value={name} pt="sm">
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable text must be reachable by keyboard */}
            <pre className="code" tabIndex={0}>
              {command}
            </pre>
            <CopyButton value={command}>
              {({ copied, copy }) => (
                <Button size="compact-sm" mt="xs" variant="default" onClick={copy}>
                  {t(copied ? 'event.copied' : 'first.copy')}
                </Button>
              )}
            </CopyButton>
          </Tabs.Panel>
        ))}
      </Tabs>
      <Text size="sm" c="dimmed" mt="sm">
        {t('first.key')}
      </Text>
      <Alert
        mt="md"
        color={arrived ? 'green' : 'gray'}
        icon={arrived ? <IconCheck /> : <Loader size={16} />}
        role="status"
      >
        {t(arrived ? 'first.arrived' : 'first.waiting')}
      </Alert>
    </Paper>
  );
}
