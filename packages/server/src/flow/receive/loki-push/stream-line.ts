import { ENVIRONMENT_NAMES, EventLine, HOST_NAMES, LEVEL_NAMES, SERVICE_NAMES } from '../event-line/index.ts';

type Labels = Readonly<Record<string, unknown>>;

/** Labels that name the service, after those that the store knows itself: the rest of what Loki finds `service_name` in. */
const SERVICE_LABELS = ['name', 'app_kubernetes_io_name', 'container', 'component', 'workload', 'job', 'k8s_job_name'];
const HOST_LABELS = ['instance', 'node_name', 'nodename', 'host_name'];
const ENVIRONMENT_LABELS = ['deployment_environment_name', 'deployment_environment'];

/** Makes the event lines of one stream: its labels, then structured metadata, then the line, whose fields are taken when it is JSON. */
export class StreamLines {
  readonly #labels: Labels;
  readonly #start = new EventLine();

  constructor(labels: Labels) {
    this.#labels = labels;
    this.#start.fields(labels);
  }

  /** `timeNs`: nanoseconds since the epoch as text; one that cannot be read is kept beside the time of arrival. */
  line(timeNs: string, text: string, metadata: Labels | null): string {
    const line = new EventLine().field('timestamp', timeNs).append(this.#start);
    if (metadata !== null) line.fields(metadata);
    if (!line.hasAny(LEVEL_NAMES)) line.field('level', metadata?.detected_level ?? this.#labels.detected_level);
    line.text(text);
    addFirst(line, 'service', SERVICE_NAMES, this.#labels, SERVICE_LABELS);
    addFirst(line, 'host', HOST_NAMES, this.#labels, HOST_LABELS);
    addFirst(line, 'environment', ENVIRONMENT_NAMES, this.#labels, ENVIRONMENT_LABELS);
    return line.end();
  }
}

/** Adds the first label that is there, unless the line names the column itself. */
function addFirst(line: EventLine, name: string, known: readonly string[], labels: Labels, from: readonly string[]) {
  if (line.hasAny(known)) return;
  const label = from.find((one) => labels[one] !== undefined && labels[one] !== '');
  if (label !== undefined) line.field(name, labels[label]);
}
