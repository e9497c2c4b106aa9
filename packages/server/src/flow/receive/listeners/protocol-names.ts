import type { ListenerProtocol } from '#config';

/** Names of the protocols for people. */
export const PROTOCOL_NAMES: Readonly<Record<ListenerProtocol, string>> = {
  syslog: 'Syslog',
  lumberjack: 'Lumberjack (Beats, Logstash)',
  gelf: 'GELF',
  'fluent-forward': 'Fluent forward',
};
