import type { KeyScope } from '@moalog/contract';
import {
  type PipelineFailures,
  type PipelineSuggestion,
  type PreviewPipelineResponse,
  type ProcessorInfo,
  pipelineFailuresRequestSchema,
  previewPipelineRequestSchema,
  rollbackPipelineRequestSchema,
  savePipelineRequestSchema,
  suggestPipelineRequestSchema,
} from '@moalog/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Access, Caller } from '#access';
import { diffLines } from './diff.ts';
import type { Pipelines } from './pipelines.ts';

/** What the flow does with a pipeline's text; all of it rejects with `invalid_pipeline` when the text is none. */
export interface PipelineWorkshop {
  /** Resolves when the pipeline can be used, the store included. */
  check(text: string): Promise<void>;
  preview(
    project: string,
    text: string,
    asked: z.output<typeof previewPipelineRequestSchema>,
    signal: AbortSignal,
  ): Promise<PreviewPipelineResponse>;
  suggest(
    project: string,
    asked: z.output<typeof suggestPipelineRequestSchema>,
    signal: AbortSignal,
  ): Promise<PipelineSuggestion[]>;
  failures(project: string, range: { from: string; to: string }, signal: AbortSignal): Promise<PipelineFailures>;
  processors(): readonly ProcessorInfo[];
}

const slugSchema = z.object({ slug: z.string() });
const versionSchema = z.object({ slug: z.string(), version: z.coerce.number().int().min(0) });
const diffSchema = z.object({ from: z.coerce.number().int().min(0), to: z.coerce.number().int().min(0) });
const PREVIEW_TIMEOUT_MS = 15_000;

/** Pipelines of projects: read, save, versions, differences, roll back, preview, failures. */
export function pipelineRoutes({
  access,
  pipelines,
  workshop,
}: {
  access: Access;
  pipelines: Pipelines;
  workshop: PipelineWorkshop;
}) {
  const project = async (request: FastifyRequest, scope: KeyScope): Promise<{ slug: string; caller: Caller }> => {
    const caller = await access.authorize(request, scope);
    const { slug } = slugSchema.parse(request.params);
    await access.projects(caller, [slug]);
    return { slug, caller };
  };

  return async (app: FastifyInstance): Promise<void> => {
    app.get('/api/v1/processors', async (request) => {
      await access.authorize(request, 'read');
      return { processors: workshop.processors() };
    });

    app.get('/api/v1/pipelines/:slug', async (request) => pipelines.newest((await project(request, 'read')).slug));

    app.put('/api/v1/pipelines/:slug', async (request) => {
      const { slug, caller } = await project(request, 'admin');
      const { text, note = '', base } = savePipelineRequestSchema.parse(request.body);
      await workshop.check(text);
      return pipelines.save(slug, { text, note, base, by: caller.id });
    });

    app.get('/api/v1/pipelines/:slug/versions', async (request) => ({
      versions: await pipelines.versions((await project(request, 'read')).slug),
    }));

    app.get('/api/v1/pipelines/:slug/versions/:version', async (request) => {
      const { slug } = await project(request, 'read');
      return pipelines.version(slug, versionSchema.parse(request.params).version);
    });

    app.get('/api/v1/pipelines/:slug/diff', async (request) => {
      const { slug } = await project(request, 'read');
      const { from, to } = diffSchema.parse(request.query);
      const [older, newer] = [await pipelines.version(slug, from), await pipelines.version(slug, to)];
      return { from, to, lines: diffLines(older.text, newer.text) };
    });

    app.post('/api/v1/pipelines/:slug/rollback', async (request) => {
      const { slug, caller } = await project(request, 'admin');
      const { version } = rollbackPipelineRequestSchema.parse(request.body);
      const { text } = await pipelines.version(slug, version);
      await workshop.check(text);
      return pipelines.save(slug, { text, note: `version ${version} again`, base: undefined, by: caller.id });
    });

    app.post('/api/v1/pipelines/:slug/preview', async (request) => {
      const { slug } = await project(request, 'read');
      const asked = previewPipelineRequestSchema.parse(request.body ?? {});
      const text = asked.text ?? (await pipelines.newest(slug)).text;
      return workshop.preview(slug, text, asked, AbortSignal.timeout(PREVIEW_TIMEOUT_MS));
    });

    app.post('/api/v1/pipelines/:slug/suggest', async (request) => {
      const { slug } = await project(request, 'read');
      const asked = suggestPipelineRequestSchema.parse(request.body ?? {});
      return { suggestions: await workshop.suggest(slug, asked, AbortSignal.timeout(PREVIEW_TIMEOUT_MS)) };
    });

    app.get('/api/v1/pipelines/:slug/failures', async (request) => {
      const { slug } = await project(request, 'read');
      const range = pipelineFailuresRequestSchema.parse(request.query);
      return workshop.failures(slug, range, AbortSignal.timeout(PREVIEW_TIMEOUT_MS));
    });
  };
}
