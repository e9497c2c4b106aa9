import { execFileSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** An authority and certificates for 127.0.0.1 that it signed, made with openssl in a directory of their own. */
export class TestCertificates {
  readonly dir = mkdtempSync(path.join(tmpdir(), 'moalog-certificates-'));
  readonly ca = path.join(this.dir, 'ca.pem');

  constructor() {
    this.#openssl([
      'req',
      '-x509',
      ...this.#newKey('ca'),
      '-out',
      this.ca,
      '-subj',
      '/CN=Test authority',
      '-days',
      '2',
    ]);
  }

  /** Paths of a certificate and its key; the same name again replaces both. */
  issue(name: string, commonName = name): { certificate: string; key: string } {
    const request = path.join(this.dir, `${name}.csr`);
    const made = path.join(this.dir, `${name}.new.pem`);
    const [certificate, key] = [path.join(this.dir, `${name}.pem`), path.join(this.dir, `${name}.key`)];
    const extensions = path.join(this.dir, 'extensions');
    writeFileSync(extensions, 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
    this.#openssl(['req', '-new', ...this.#newKey(name), '-out', request, '-subj', `/CN=${commonName}`]);
    const signed = ['-CA', this.ca, '-CAkey', path.join(this.dir, 'ca.key'), '-CAcreateserial', '-extfile', extensions];
    this.#openssl(['x509', '-req', '-in', request, ...signed, '-out', made, '-days', '2']);
    renameSync(made, certificate);
    return { certificate, key };
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }

  #newKey(name: string): string[] {
    return [
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      path.join(this.dir, `${name}.key`),
    ];
  }

  #openssl(args: readonly string[]): void {
    execFileSync('openssl', args, { stdio: 'ignore' });
  }
}
