import type { AgentTarget } from '@moalog/contract';
import type { Target } from '../target.ts';
import { filebeat } from './filebeat.ts';
import { fluentBit } from './fluent-bit.ts';
import { moalog } from './moalog.ts';
import { otelCollector } from './otel-collector.ts';
import { rsyslog } from './rsyslog.ts';
import { vector } from './vector.ts';

export const TARGETS: Readonly<Record<AgentTarget, Target>> = {
  ...{ moalog, filebeat, vector, rsyslog },
  'fluent-bit': fluentBit,
  'otel-collector': otelCollector,
};
