/** How long one mail may take; who asked waits for it. */
const SEND_MS = 15_000;

export interface Mail {
  /** Rejects when the server did not take it. */
  send(letter: { to: string; subject: string; text: string }): Promise<void>;
}

/** Mail through an SMTP server; null when none is configured. The library comes with the first letter. */
export function openMail({ url, from }: { url: string | undefined; from: string | undefined }): Mail | null {
  if (url === undefined) return null;
  const sender = from ?? `Moalog <moalog@${new URL(url).hostname}>`;
  return {
    async send({ to, subject, text }) {
      const { createTransport } = await import('nodemailer');
      const transport = createTransport(url, {
        connectionTimeout: SEND_MS,
        greetingTimeout: SEND_MS,
        socketTimeout: SEND_MS,
        disableFileAccess: true,
        disableUrlAccess: true,
      } as object); // its types leave these out of the second argument
      try {
        // An object, not text: whatever the address holds is one recipient.
        await transport.sendMail({ from: sender, to: { name: '', address: to }, subject, text });
      } finally {
        transport.close();
      }
    },
  };
}
