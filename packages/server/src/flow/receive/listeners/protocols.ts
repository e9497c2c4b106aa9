import type { ListenerProtocol } from '#config';
import { fluentForward } from '../fluent-forward/receiver.ts';
import { gelf } from '../gelf/receiver.ts';
import { lumberjack } from '../lumberjack/receiver.ts';
import { syslog } from '../syslog/receiver.ts';
import type { SocketReceiver } from './socket-receiver.ts';

/** Every protocol that comes over sockets. */
export const PROTOCOLS: Readonly<Record<ListenerProtocol, SocketReceiver>> = {
  syslog,
  gelf,
  lumberjack,
  'fluent-forward': fluentForward,
};
