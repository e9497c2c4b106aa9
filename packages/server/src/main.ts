import { renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { agentProgram } from '@moalog/agent/program';
import { AUDIT_PROJECT } from '@moalog/contract';
import type { Logger } from 'pino';
import {
  createAccess,
  Erasure,
  ensureBootstrapKey,
  Keys,
  keyRoutes,
  Projects,
  projectRoutes,
  Sessions,
  signInRoutes,
  Usage,
} from '#accounts';
import { Audit } from '#audit';
import { bundleRoutes, Setups } from '#bundles';
import { migrateCatalog, openCatalog } from '#catalog';
import type { Config } from '#config';
import { Fleet, fleetMetrics, fleetRoutes } from '#fleet';
import { answerBrowsers, createHttpServer, healthRoutes, openApiRoutes, renewCertificates, serveConsole } from '#http';
import { createPreview, createWorkshop, KnownPipelines, startLoader } from '#load';
import { createMetrics } from '#metrics';
import { addressAt, openPeople, peopleRoutes } from '#people';
import { Pipelines, pipelineRoutes } from '#pipelines';
import { queryRoutes } from '#query';
import { ListenError, Listeners, receiverRoutes, Sources } from '#receive';
import { Secrets } from '#secrets';
import { sqlRoutes } from '#sql';
import { Sso } from '#sso';
import { eraseProject, openStore } from '#store';
import { type CertificateFiles, readCertificates } from '#tls';
import { type Frame, openSpool, untilLoaded } from '#transport';
import { StartError, takeDataDirectory } from './data-directory.ts';
import { startOrConnectEngine } from './engine.ts';
import { createLog } from './log.ts';
import { openOtlpPorts } from './otlp-ports.ts';
import { VERSION } from './version.ts';

export { StartError } from './data-directory.ts';

export interface RunningServer {
  /** Where console, API and HTTP receivers answer. */
  readonly url: string;
  /** The bootstrap key. */
  readonly key: string;
  /** Of the link that makes the first owner; null when there is one. */
  readonly setUpToken: string | null;
  /** Every route, as `GET /api/v1/keys`. */
  readonly routes: readonly string[];
  /** Takes no more requests, makes what was accepted durable, and ends engine and server. */
  close(): Promise<void>;
}

/** Opens the parts in the order of a line's path and closes them in reverse. Throws StartError when it cannot start. */
export async function startServer({
  config,
  log = createLog(config),
}: {
  config: Config;
  log?: Logger;
}): Promise<RunningServer> {
  const opened: Array<() => unknown> = [];
  const close = async (): Promise<void> => {
    for (let end = opened.pop(); end !== undefined; end = opened.pop()) await end();
  };
  /** Remembers how to close what was just opened. */
  const open = <T>(part: T, end: (part: T) => unknown): T => {
    opened.push(() => end(part));
    return part;
  };

  try {
    const metrics = createMetrics();
    const directory = open(takeDataDirectory(config.dataDir, config.minFreeBytes), (part) => part.release());
    const file = path.join(config.dataDir, 'catalog.sqlite');
    const catalog = open(openCatalog({ url: config.catalogUrl, file }), (part) => part.destroy());
    await migrateCatalog(catalog);
    const keys = new Keys(catalog);
    const sessions = new Sessions(catalog, keys);
    const usage = open(new Usage(catalog), (part) => part.close());
    const projects = new Projects(catalog, usage);
    await projects.ensure('default', 'Default');
    await projects.ensure(AUDIT_PROJECT, 'Audit log', config.auditRetentionDays);
    const key = await ensureBootstrapKey(config.dataDir, config.bootstrapKey, catalog, keys);
    const secrets = Secrets.open(config.dataDir, config.secretKey);
    if (config.catalogUrl !== undefined && config.secretKey === undefined)
      log.warn(
        { event: 'secret_key_is_local' },
        'stored secrets are locked with the key of this data directory; other servers of the catalogue need the same secretKey',
      );
    const people = await openPeople({ catalog, secrets, config, owner: ownerOf(config) });

    const engine = open(await startOrConnectEngine({ config, log, metrics }), (part) => part.close());
    const store = open(
      await openStore({
        ...engine.connection,
        retentionDays: config.retentionDays,
        projectRetention: () => projects.retention(),
        log,
      }),
      (part) => part.close(),
    );
    const spool = open(await openSpool({ dir: path.join(config.dataDir, 'spool'), config, log, metrics }), (part) =>
      part.close(),
    );
    const audit = open(new Audit((lines, rows) => spool.append(auditFrame(lines, rows)), log), (part) => part.close());
    const access = createAccess({ keys, sessions, personSessions: people.sessions, projects, usage, audit });
    const sources = open(new Sources(path.join(directory.path, 'sources.json')), (part) => part.close());
    const pipelines = new Pipelines(catalog, () => spool.acceptedBelow());
    const inForce = new KnownPipelines(pipelines, log);
    const loader = open(startLoader({ queue: spool, store, pipelines: inForce, metrics, log }), (part) => part.close());

    const eraseEvents = async (slug: string, signal: AbortSignal): Promise<void> => {
      await untilLoaded(spool, spool.acceptedBelow(), signal);
      await eraseProject(store, slug, signal);
      sources.forget(slug);
    };
    const complain = (err: unknown) => log.warn({ event: 'erasure_failed', err }, 'events of a deleted project remain');
    const erasure = open(new Erasure(projects, eraseEvents, complain), (part) => part.close());
    erasure.wake();

    const app = open(await openHttpServer(config, log), (part) => part.close());
    const checks = [
      { name: 'engine', reason: () => store.unavailable() },
      { name: 'spool', reason: () => (spool.backlog().full ? 'The backlog is at its limit; senders get 429.' : null) },
      { name: 'loader', reason: () => loader.complaint(), isWarning: true },
    ];
    const beforeScrape = () => {
      const backlog = spool.backlog();
      metrics.backlogBytes.set(backlog.bytes);
      metrics.backlogSeconds.set(backlog.oldestMs / 1_000);
      metrics.engineResidentBytes.set(engine.residentBytes());
    };
    audit.watch(app);
    await app.register(healthRoutes({ checks, metrics, beforeScrape }));
    answerBrowsers(app, (origin) => keys.allowsOrigin(origin));
    await app.register(
      signInRoutes({
        ...{ access, keys, sessions, of: people, projects, bootstrapKey: key, version: VERSION },
        sso: new Sso({ catalog, secrets, ...people }),
        addressOf: addressAt(config.publicUrl),
        onRefusal: (err) => log.warn({ event: 'sso_refused', err }, 'single sign-on let nobody in'),
      }),
    );
    const onMailFailure = (err: unknown) => log.warn({ event: 'mail_failed', err }, 'a mail was not taken');
    await app.register(peopleRoutes({ ...people, access, onMailFailure }));
    await app.register(keyRoutes({ access, keys }));
    await app.register(projectRoutes({ access, keys, projects, erasure }));
    const receivers = {
      transport: spool,
      access,
      preview: createPreview(store, inForce),
      config,
      metrics,
      sources,
      log,
    };
    const routes = receiverRoutes(receivers);
    await app.register(routes.http);
    const fleet = new Fleet(catalog, VERSION);
    fleetMetrics(metrics.registry, fleet);
    await app.register(fleetRoutes({ access, fleet }));
    const setups = new Setups(catalog, keys, secrets);
    const addressOf = addressAt(config.publicUrl);
    await app.register(bundleRoutes({ access, setups, addressOf, program: agentProgram, dataDir: config.dataDir }));
    await app.register(queryRoutes({ store, queue: spool, access, config, metrics, log }));
    await app.register(pipelineRoutes({ access, pipelines, workshop: createWorkshop(store) }));
    await app.register(sqlRoutes({ store, access, config, metrics }));
    await app.register(openApiRoutes({ version: VERSION }));
    await serveConsole(app);

    open(await openListeners({ transport: spool, access, config, metrics, sources, log }), (part) => part.close());
    const closeOtlp = await openOtlpPorts({ config, certificates: certificatesOf(config), routes, sources, log });
    open(closeOtlp, (end) => end());
    const url = await listen(app, config);
    const stateFile = path.join(directory.path, 'server.json');
    // Renamed, so that nobody reads half of it.
    writeFileSync(`${stateFile}.new`, JSON.stringify({ pid: process.pid, url, version: VERSION }));
    renameSync(`${stateFile}.new`, stateFile);
    open(stateFile, (file) => rmSync(file, { force: true }));
    log.info({ event: 'server_started', url, version: VERSION }, 'Moalog is ready');
    const setUpToken = (await people.setUp.isNeeded()) ? people.setUp.token : null;
    return { url, key, setUpToken, routes: app.routes, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const auditFrame = (payload: Buffer, rows: number): Frame => ({
  ...{ project: AUDIT_PROJECT, source: 'audit', receivedAt: Date.now(), defaults: {}, fields: {} },
  payload,
  rows,
});

function ownerOf({ ownerEmail: email, ownerPassword: password }: Config) {
  if (email !== undefined && password !== undefined) return { email: email.toLowerCase(), password };
  if (email === undefined && password === undefined) return null;
  throw new StartError('ownerEmail and ownerPassword go together: set both, or neither and use the printed link.');
}

async function openListeners(parts: Parameters<typeof Listeners.open>[0]): Promise<Listeners> {
  try {
    return await Listeners.open(parts);
  } catch (error) {
    throw error instanceof ListenError ? new StartError(error.message, { cause: error }) : error;
  }
}

function certificatesOf({ tlsCertificate, tlsKey }: Config): CertificateFiles | null {
  if (tlsCertificate === undefined && tlsKey === undefined) return null;
  if (tlsCertificate === undefined || tlsKey === undefined)
    throw new StartError('tlsCertificate and tlsKey go together: name both files, or neither for plain HTTP.');
  return { certificate: tlsCertificate, key: tlsKey };
}

/** With a certificate it speaks HTTPS, and takes a renewed one without a restart. */
async function openHttpServer(config: Config, log: Logger): Promise<ReturnType<typeof createHttpServer>> {
  const files = certificatesOf(config);
  if (files === null) return createHttpServer({ config, log });
  const certificates = await readCertificates(files).catch((cause: Error) => {
    throw new StartError(`${files.certificate} and ${files.key} cannot be used for TLS: ${cause.message}`, { cause });
  });
  const app = createHttpServer({ config, certificates, log });
  renewCertificates(app, files, log);
  return app;
}

async function listen(app: ReturnType<typeof createHttpServer>, config: Config): Promise<string> {
  try {
    await app.listen({ host: config.httpHost, port: config.httpPort });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new StartError(
        `Port ${config.httpPort} is in use; stop what uses it, or choose another with --http-port.`,
        { cause: error },
      );
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
      throw new StartError(
        `${config.httpHost}:${config.httpPort} cannot be listened on (${code}); choose another with --http-host and --http-port.`,
        { cause: error },
      );
    }
    throw error;
  }
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : config.httpPort;
  const protocol = config.tlsCertificate === undefined ? 'http' : 'https';
  return `${protocol}://${config.httpHost === '0.0.0.0' ? '127.0.0.1' : config.httpHost}:${port}`;
}
