import type { Listener, SocketReceiver } from '../listeners/socket-receiver.ts';
import { SyslogFraming } from './framing.ts';
import { syslogEventLine } from './message.ts';

/** syslog by RFC 5424 and RFC 3164 over UDP, TCP (octet counting and newlines, told apart by message) and TLS. It has no answers: TCP is slowed down by not reading. */
export const syslog: SocketReceiver = {
  async serve(connection) {
    const { chunks, lines, peer, config } = connection;
    const framing = new SyslogFraming(config.max_message_bytes);
    const take = (message: Buffer, isCut: boolean): void => takeMessage(connection, message, peer, isCut);
    for await (const chunk of chunks) {
      framing.push(chunk, take);
      const room = lines.room();
      if (room !== null) await room;
    }
    framing.end(take);
  },

  datagrams: (listener) => ({ take: (datagram, peer) => takeMessage(listener, datagram, peer, false) }),
};

function takeMessage(listener: Listener, message: Buffer, peer: string, isCut: boolean): void {
  const line = syslogEventLine(message, { receivedAt: Date.now(), host: peer });
  if (line === null) return;
  if (isCut) {
    const limit = listener.config.max_message_bytes;
    listener.refuse(
      'message_too_large',
      1,
      `a message of ${peer} is over ${limit} bytes (max_message_bytes) and was cut`,
    );
    listener.lines.add(`${line.slice(0, -1)},"moalog.truncated":"message"}`);
  } else listener.lines.add(line);
}
