import { ActionIcon, Button, CopyButton, Group, Loader, Tabs, Text, Title, Tooltip } from '@mantine/core';
import type { Event } from '@moalog/contract';
import {
  IconCheck,
  IconChevronDown,
  IconChevronUp,
  IconColumnInsertRight,
  IconCopy,
  IconGitCompare,
  IconLink,
  IconX,
  IconZoomIn,
  IconZoomOut,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { painted, withoutAnsi } from './ansi.ts';
import { useContext } from './questions.ts';
import { TraceView } from './TraceView.tsx';
import { formatTime } from './time.ts';

export interface EventPanelProps {
  readonly event: Event | undefined;
  readonly failed: boolean;
  readonly project: readonly string[];
  readonly utc: boolean;
  readonly onClose: () => void;
  readonly onStep: (step: number) => void;
  readonly onFilter: (field: string, value: string, how: 'include' | 'exclude') => void;
  readonly onColumn: (field: string) => void;
  readonly onTrace: (traceId: string) => void;
  readonly onOpen: (id: string) => void;
  readonly onLink: () => void;
  /** Whether the event is among those picked for comparing or copying. */
  readonly picked: boolean;
  readonly onPick: (event: Event) => void;
}

const SHOWN_COLUMNS = [
  'timestamp',
  'received_at',
  'level',
  'service',
  'environment',
  'host',
  'source',
  'project',
  'trace_id',
  'span_id',
  'event_id',
] as const;
/** A message of more lines is a stack trace to fold. */
const FOLDED_FROM_LINES = 6;

export function EventPanel(props: EventPanelProps) {
  const { event, failed, utc } = props;
  const { t } = useTranslation();
  return (
    <>
      <Group justify="space-between" wrap="nowrap" mb="xs">
        <Title order={2} size="h5">
          {t('event.title')}
        </Title>
        <Group gap={2} wrap="nowrap">
          <Act label={t('event.previous')} icon={<IconChevronUp size={16} />} onClick={() => props.onStep(-1)} />
          <Act label={t('event.next')} icon={<IconChevronDown size={16} />} onClick={() => props.onStep(1)} />
          {event !== undefined && (
            <Act
              label={t(props.picked ? 'event.unpick' : 'event.pick')}
              icon={<IconGitCompare size={16} />}
              pressed={props.picked}
              onClick={() => props.onPick(event)}
            />
          )}
          <Act label={t('event.permalink')} icon={<IconLink size={16} />} onClick={props.onLink} />
          <Act label={t('event.close')} icon={<IconX size={16} />} onClick={props.onClose} />
        </Group>
      </Group>
      {failed && <Text>{t('event.missing')}</Text>}
      {event === undefined && !failed && <Loader size="sm" />}
      {event !== undefined && (
        <>
          <Text size="sm" c="dimmed" mb={4}>
            {formatTime(event.timestamp, utc)}{' '}
            {event.level !== '' && <span className={`level-${event.level}`}>{event.level}</span>} {event.service}
          </Text>
          <Message text={event.message} />
          <Tabs defaultValue="fields" keepMounted={false} mt="sm">
            <Tabs.List>
              <Tabs.Tab value="fields">{t('event.fields')}</Tabs.Tab>
              <Tabs.Tab value="raw">{t('event.raw')}</Tabs.Tab>
              <Tabs.Tab value="context">{t('event.context')}</Tabs.Tab>
              {event.trace_id !== '' && <Tabs.Tab value="trace">{t('event.traceView')}</Tabs.Tab>}
            </Tabs.List>
            <Tabs.Panel value="fields" pt="xs">
              <dl style={{ margin: 0 }}>
                {SHOWN_COLUMNS.filter((name) => event[name] !== '').map((name) => (
                  <FieldLine
                    key={name}
                    field={name}
                    value={event[name]}
                    shown={name === 'timestamp' || name === 'received_at' ? formatTime(event[name], utc) : event[name]}
                    onFilter={props.onFilter}
                    onColumn={props.onColumn}
                  />
                ))}
                {Object.entries(event.attributes)
                  .sort(([a], [b]) => a.localeCompare(b))
                  .map(([name, value]) => (
                    <FieldLine
                      key={`a.${name}`}
                      field={name}
                      value={value}
                      shown={value}
                      onFilter={props.onFilter}
                      onColumn={props.onColumn}
                    />
                  ))}
              </dl>
            </Tabs.Panel>
            <Tabs.Panel value="raw" pt="xs">
              <Raw event={event} />
            </Tabs.Panel>
            <Tabs.Panel value="context" pt="xs">
              <Context event={event} project={props.project} utc={utc} onOpen={props.onOpen} />
            </Tabs.Panel>
            <Tabs.Panel value="trace" pt="xs">
              <Button size="compact-xs" variant="light" mb="xs" onClick={() => props.onTrace(event.trace_id)}>
                {t('event.trace')}
              </Button>
              <TraceView event={event} project={props.project} utc={utc} onOpen={props.onOpen} />
            </Tabs.Panel>
          </Tabs>
        </>
      )}
    </>
  );
}

function Act({
  label,
  icon,
  pressed,
  onClick,
}: {
  label: string;
  icon: React.ReactNode;
  pressed?: boolean;
  onClick: () => void;
}) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant={pressed ? 'light' : 'subtle'}
        color={pressed ? 'teal' : 'gray'}
        aria-label={label}
        onClick={onClick}
        {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}

function Message({ text }: { text: string }) {
  const { t } = useTranslation();
  const lines = text.split('\n');
  if (lines.length < FOLDED_FROM_LINES) {
    return (
      <div className="message">
        {painted(text).map(({ text: part, paint }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no identity of their own
          <span key={i} className={paint}>
            {part}
          </span>
        ))}
      </div>
    );
  }
  return (
    <>
      <div className="message">{withoutAnsi(lines[0] ?? '')}</div>
      <details>
        <summary>
          <Text span size="xs">
            {t('event.stack', { count: lines.length - 1 })}
          </Text>
        </summary>
        <pre className="code">{withoutAnsi(lines.slice(1).join('\n'))}</pre>
      </details>
    </>
  );
}

function FieldLine({
  field,
  value,
  shown,
  onFilter,
  onColumn,
}: { field: string; value: string; shown: string } & Pick<EventPanelProps, 'onFilter' | 'onColumn'>) {
  const { t } = useTranslation();
  return (
    <div className="field-line">
      <dt>{field}</dt>
      <dd>
        <span>{shown}</span>
        <Group gap={0} wrap="nowrap" className="acts">
          <Small
            label={t('event.include', { field, value })}
            icon={<IconZoomIn size={13} />}
            onClick={() => onFilter(field, value, 'include')}
          />
          <Small
            label={t('event.exclude', { field, value })}
            icon={<IconZoomOut size={13} />}
            onClick={() => onFilter(field, value, 'exclude')}
          />
          <Small
            label={t('event.column', { field })}
            icon={<IconColumnInsertRight size={13} />}
            onClick={() => onColumn(field)}
          />
          <CopyButton value={value}>
            {({ copied, copy }) => (
              <Small
                label={t('event.copyValue', { field })}
                icon={copied ? <IconCheck size={13} /> : <IconCopy size={13} />}
                onClick={copy}
              />
            )}
          </CopyButton>
        </Group>
      </dd>
    </div>
  );
}

function Small({ label, icon, onClick }: { label: string; icon: React.ReactNode; onClick: () => void }) {
  return (
    <ActionIcon size="sm" variant="subtle" color="gray" aria-label={label} title={label} onClick={onClick}>
      {icon}
    </ActionIcon>
  );
}

function Raw({ event }: { event: Event }) {
  const { t } = useTranslation();
  const text = JSON.stringify(event, null, 2);
  return (
    <>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button size="compact-xs" variant="default" mb={6} onClick={copy}>
            {t(copied ? 'event.copied' : 'event.copy')}
          </Button>
        )}
      </CopyButton>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable text must be reachable by keyboard */}
      <pre className="code" tabIndex={0}>
        {text}
      </pre>
    </>
  );
}

function Context({
  event,
  project,
  utc,
  onOpen,
}: { event: Event } & Pick<EventPanelProps, 'project' | 'utc' | 'onOpen'>) {
  const { t } = useTranslation();
  const { data, isPending } = useContext(project, event.event_id, true);
  if (isPending || data === undefined) return <Loader size="sm" />;
  const rows = [...data.before, data.event, ...data.after];
  return (
    <>
      <Text size="xs" c="dimmed" mb={4}>
        {t('event.contextHint')}
      </Text>
      {rows.map((row) => (
        <button
          key={row.event_id}
          type="button"
          className="neighbour"
          onClick={() => onOpen(row.event_id)}
          aria-current={row.event_id === event.event_id}
        >
          <span className="message">
            {formatTime(row.timestamp, utc).slice(11)} <b className={`level-${row.level}`}>{row.level}</b>{' '}
            {withoutAnsi(row.message).slice(0, 300)}
          </span>
        </button>
      ))}
    </>
  );
}
