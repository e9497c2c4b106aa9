import { readFile, stat } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';

/** How often the files are looked at. Watching them instead misses the swapped symbolic links of Kubernetes and certbot. */
const LOOK_MS = 2_000;

export interface Certificates {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca?: Buffer;
}

/** Paths of PEM files; `client_ca` where clients show certificates too. */
export interface CertificateFiles {
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  readonly client_ca?: string | undefined;
}

/** Reads the files and checks that certificate and key belong together. */
export async function readCertificates({
  certificate = '',
  key = '',
  client_ca,
}: CertificateFiles): Promise<Certificates> {
  const read = {
    cert: await readFile(certificate),
    key: await readFile(key),
    ...(client_ca !== undefined && { ca: await readFile(client_ca) }),
  };
  createSecureContext(read);
  return read;
}

/** Calls `use` with new certificates after the files changed; those in use stay while the new ones cannot be read. Returns the function that ends it. */
export function watchCertificates(
  files: CertificateFiles,
  use: (certificates: Certificates) => void,
  complain: (error: unknown) => void,
): () => void {
  const paths = [files.certificate, files.key, files.client_ca].filter((file) => file !== undefined);
  const look = async (): Promise<string> => {
    const states = await Promise.all(paths.map((file) => stat(file)));
    return states.map(({ ino, size, mtimeMs }) => `${ino} ${size} ${mtimeMs}`).join(', ');
  };
  let seen: string | null = null;
  let isLooking = false;
  const check = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    try {
      const now = await look();
      if (seen !== null && now !== seen) {
        seen = now;
        use(await readCertificates(files));
      }
      seen = now;
    } catch (error) {
      // Between the writes of two files they do not belong together: the next look finds them as they are then.
      complain(error);
    } finally {
      isLooking = false;
    }
  };
  void check();
  const timer = setInterval(() => void check(), LOOK_MS);
  return () => clearInterval(timer);
}
