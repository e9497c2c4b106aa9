/** Pages of docs/senders in both languages, each loaded when it is opened: what is shown here is what the tests run. */
const PAGES = import.meta.glob<string>('../../../../docs/senders/*.md', { query: '?raw', import: 'default' });

const page = (name: string): string => `../../../../docs/senders/${name}.md`;

/** Guides in the order of the list, with their name for people where they have no receiver of their own. */
const GUIDES_BY_RECEIVER: Readonly<Record<string, string>> = {
  'json-lines': 'http',
  'elasticsearch-bulk': 'elasticsearch',
  'loki-push': 'loki',
  otlp: 'opentelemetry',
  'otlp-grpc': 'opentelemetry',
  'heroku-logplex': 'heroku',
  'vercel-drain': 'vercel',
  'cloudflare-logpush': 'cloudflare',
  'gelf-http': 'gelf',
  lumberjack: 'beats',
  'fluent-forward': 'fluentd',
};

/** The page that tells how to send to a receiver; null when there is none. */
export function guideOf(receiver: string): string | null {
  const name = GUIDES_BY_RECEIVER[receiver] ?? receiver;
  return page(name) in PAGES ? name : null;
}

/** Markdown of a page in the language, or in English where there is none; null for a name that is no page. */
export async function loadGuide(name: string, language: string): Promise<string | null> {
  if (!/^[a-z-]+$/.test(name)) return null;
  const load = PAGES[page(language === 'ko' ? `${name}.ko` : name)] ?? PAGES[page(name)];
  return load === undefined ? null : load();
}
