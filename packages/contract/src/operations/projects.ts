import { z } from 'zod';
import { createdKeySchema, createKeyRequestSchema, keySchema, rotateKeyRequestSchema } from '../account.ts';
import {
  pipelineFailuresRequestSchema,
  previewPipelineRequestSchema,
  rollbackPipelineRequestSchema,
  savePipelineRequestSchema,
} from '../pipeline.ts';
import {
  changeProjectRequestSchema,
  createProjectRequestSchema,
  deleteProjectRequestSchema,
  projectSchema,
} from '../project.ts';
import { sourcesRequestSchema, sourcesResponseSchema } from '../source.ts';
import type { Operations } from './operation.ts';

const tag = 'Projects and keys';
const json = 'application/json';

export const PROJECTS: Operations = {
  'GET /api/v1/projects': {
    summary: 'Projects that the caller may read',
    ...{ tag, answer: z.object({ projects: z.array(projectSchema) }) },
  },
  'POST /api/v1/projects': {
    summary: 'Make a project, with a key for sending',
    ...{ tag, body: createProjectRequestSchema, status: 201 },
    answer: z.object({ project: projectSchema, ingestKey: z.string() }),
  },
  'GET /api/v1/projects/:slug': { summary: 'A project', tag, answer: projectSchema },
  'PATCH /api/v1/projects/:slug': {
    summary: 'Change a project: name, colour, environments, limits, archive',
    ...{ tag, body: changeProjectRequestSchema, answer: projectSchema },
  },
  'DELETE /api/v1/projects/:slug': {
    summary: 'Delete a project; its events go in the background',
    ...{ tag, body: deleteProjectRequestSchema, status: 202 },
    answer: z.object({ slug: z.string(), state: z.literal('deleting') }),
  },
  'GET /api/v1/keys': { summary: 'Keys', tag, answer: z.object({ keys: z.array(keySchema) }) },
  'POST /api/v1/keys': {
    summary: 'Make a key; its secret is shown once',
    ...{ tag, body: createKeyRequestSchema, answer: createdKeySchema, status: 201 },
  },
  'POST /api/v1/keys/:id/rotate': {
    summary: 'A successor with the same rights; the old key works on for a while',
    ...{ tag, body: rotateKeyRequestSchema, answer: createdKeySchema, status: 201 },
  },
  'DELETE /api/v1/keys/:id': { summary: 'Revoke a key', tag },
  'GET /api/v1/sources': {
    summary: 'What each receiver brought to a project',
    ...{ tag, query: sourcesRequestSchema, answer: sourcesResponseSchema },
  },
};

export const PIPELINES: Operations = {
  'GET /api/v1/processors': { summary: 'Processors that pipelines are made of', tag: 'Pipelines', answer: json },
  'GET /api/v1/pipelines/:slug': { summary: 'The pipeline in force', tag: 'Pipelines', answer: json },
  'PUT /api/v1/pipelines/:slug': {
    summary: 'Save a pipeline',
    ...{ tag: 'Pipelines', body: savePipelineRequestSchema, answer: json },
  },
  'GET /api/v1/pipelines/:slug/versions': { summary: 'Versions of a pipeline', tag: 'Pipelines', answer: json },
  'GET /api/v1/pipelines/:slug/versions/:version': { summary: 'A version', tag: 'Pipelines', answer: json },
  'GET /api/v1/pipelines/:slug/diff': {
    summary: 'Differences of two versions',
    ...{ tag: 'Pipelines', answer: json, query: z.object({ from: z.int(), to: z.int() }) },
  },
  'POST /api/v1/pipelines/:slug/rollback': {
    summary: 'Save an older version again',
    ...{ tag: 'Pipelines', body: rollbackPipelineRequestSchema, answer: json },
  },
  'POST /api/v1/pipelines/:slug/preview': {
    summary: 'What a pipeline makes of lines',
    ...{ tag: 'Pipelines', body: previewPipelineRequestSchema, answer: json },
  },
  'GET /api/v1/pipelines/:slug/failures': {
    summary: 'Lines that processors failed on',
    ...{ tag: 'Pipelines', query: pipelineFailuresRequestSchema, answer: json },
  },
};
