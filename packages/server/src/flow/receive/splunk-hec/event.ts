import { asObject, EventLine, parseExactly } from '../event-line/index.ts';

/** What the envelope says about the event, under the names it gets. */
const ENVELOPE: Readonly<Record<string, string>> = {
  time: 'timestamp',
  host: 'host',
  source: 'splunk.source',
  sourcetype: 'splunk.sourcetype',
  index: 'splunk.index',
};

/**
 * The event line of one object of the body (text without newlines): `time`, `host`, then the event, then `fields`. Anything but an envelope with an event is passed on
 * as it is: a line of its own.
 */
export function hecEventLine(text: string): string {
  try {
    const envelope = asObject(parseExactly(text));
    if (envelope === null || envelope.event === undefined) return text;
    const line = new EventLine();
    for (const [name, as] of Object.entries(ENVELOPE)) if (envelope[name] !== null) line.field(as, envelope[name]);
    addEvent(line, envelope.event);
    const fields = asObject(envelope.fields);
    if (fields !== null) line.fields(fields);
    for (const [name, value] of Object.entries(envelope))
      if (name !== 'event' && name !== 'fields' && !(name in ENVELOPE)) line.field(name, value);
    return line.end();
  } catch {
    // No JSON, or nested too deeply to be written again.
    return text;
  }
}

function addEvent(line: EventLine, event: unknown): void {
  const object = asObject(event);
  if (object === null) {
    if (typeof event === 'string') line.text(event);
    else line.field('message', JSON.stringify(event));
    return;
  }
  const { line: dockerLine, message, ...rest } = object;
  // Docker's splunk driver puts the container's line beside its tag.
  if (dockerLine !== undefined && message === undefined && 'tag' in rest) {
    if (typeof dockerLine === 'string') line.text(dockerLine);
    else line.fields(asObject(dockerLine) ?? { message: JSON.stringify(dockerLine) });
    line.fields(rest);
    return;
  }
  // Splunk's own logging libraries put what was logged below `message`, text or object.
  const logged = asObject(message);
  if (logged !== null) line.fields(logged);
  else line.field('message', message);
  line.fields({ ...(dockerLine !== undefined && { line: dockerLine }), ...rest });
}
