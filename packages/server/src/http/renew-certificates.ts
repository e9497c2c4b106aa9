import { Server as TlsServer } from 'node:tls';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { type CertificateFiles, watchCertificates } from '#tls';

/** New connections get the certificate that is in the files then; those that are open keep theirs. */
export function renewCertificates(app: FastifyInstance, files: CertificateFiles, log: Logger): void {
  const stop = watchCertificates(
    files,
    (certificates) => {
      if (app.server instanceof TlsServer) app.server.setSecureContext(certificates);
      log.info({ event: 'certificates_reloaded' }, 'the certificate of the port was read again');
    },
    (err) => log.warn({ event: 'certificates_unreadable', err }, 'the certificate in use stays'),
  );
  app.addHook('onClose', async () => stop());
}
