/** A line that a container's runtime wrote around a line of the program. */
export interface ContainerLine {
  readonly text: string;
  readonly time: string;
  readonly stream: string;
  /** The program's line goes on in the next one. */
  readonly isPart: boolean;
}

/** `{"log":"text\n","stream":"stdout","time":"…"}`; null for anything else. */
export function readDockerLine(line: string): ContainerLine | null {
  try {
    const { log, time, stream } = JSON.parse(line) as Readonly<Record<string, unknown>>; // every member is looked at below
    if (typeof log !== 'string' || typeof time !== 'string' || typeof stream !== 'string') return null;
    return { text: log.replace(/\n$/, ''), time, stream, isPart: !log.endsWith('\n') };
  } catch {
    return null;
  }
}

const CRI = /^(\d{4}-\d{2}-\d{2}T\S+) (stdout|stderr) ([FP])(?::\S*)? ?(.*)$/s;

/** `2026-01-01T00:00:00.0Z stdout F text` of containerd and CRI-O; null for anything else. */
export function readCriLine(line: string): ContainerLine | null {
  const [, time, stream, tag, text] = CRI.exec(line) ?? [];
  if (time === undefined || stream === undefined || text === undefined) return null;
  return { text, time, stream, isPart: tag === 'P' };
}

const POD_FILE = /([a-z0-9.-]+)_([a-z0-9-]+)_(.+)-([0-9a-f]{64})\.log$/;

/** What a file name below /var/log/containers says: `pod_namespace_container-id.log`. */
export function podOf(file: string): Readonly<Record<string, string>> {
  const [, pod, namespace, container, id] = POD_FILE.exec(file) ?? [];
  if (pod === undefined || namespace === undefined || container === undefined || id === undefined) return {};
  return {
    'k8s.pod.name': pod,
    'k8s.namespace.name': namespace,
    'k8s.container.name': container,
    'container.id': id,
  };
}
