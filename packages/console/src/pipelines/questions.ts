import type {
  DiffLine,
  PipelineAnswer,
  PipelineFailures,
  PipelineSuggestion,
  PipelineVersion,
  PreviewPipelineRequest,
  PreviewPipelineResponse,
  SavePipelineRequest,
} from '@moalog/contract';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from '../api/client.ts';

const path = (project: string, rest = ''): string => `/api/v1/pipelines/${encodeURIComponent(project)}${rest}`;

export function usePipeline(project: string) {
  return useQuery({
    queryKey: ['pipeline', project],
    queryFn: ({ signal }) => call<PipelineAnswer>('GET', path(project), undefined, signal),
    // What is being edited is not to change by itself.
    refetchOnWindowFocus: false,
  });
}

export function useVersions(project: string) {
  return useQuery({
    queryKey: ['pipeline-versions', project],
    queryFn: ({ signal }) =>
      call<{ versions: PipelineVersion[] }>('GET', path(project, '/versions'), undefined, signal),
  });
}

export function useDiff(project: string, from: number, to: number) {
  return useQuery({
    queryKey: ['pipeline-diff', project, from, to],
    queryFn: ({ signal }) =>
      call<{ lines: DiffLine[] }>('GET', path(project, `/diff?from=${from}&to=${to}`), undefined, signal),
  });
}

export function useFailures(project: string) {
  return useQuery({
    queryKey: ['pipeline-failures', project],
    queryFn: ({ signal }) => call<PipelineFailures>('GET', path(project, '/failures'), undefined, signal),
    refetchInterval: 15_000,
  });
}

/** What the text makes of the lines, or of the last events; a text that is wrong leaves what was shown. */
export function usePreview(project: string, asked: PreviewPipelineRequest) {
  return useQuery({
    queryKey: ['pipeline-preview', project, asked],
    queryFn: ({ signal }) => call<PreviewPipelineResponse>('POST', path(project, '/preview'), asked, signal),
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
    retry: false,
  });
}

/** Saves a text, or an older version again. */
export function useSave(project: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (wanted: SavePipelineRequest | { readonly version: number }) =>
      'version' in wanted
        ? call<PipelineAnswer>('POST', path(project, '/rollback'), wanted)
        : call<PipelineAnswer>('PUT', path(project), wanted),
    onSuccess: (saved) => {
      queries.setQueryData(['pipeline', project], saved);
      void queries.invalidateQueries({ queryKey: ['pipeline-versions', project] });
    },
  });
}

/** Pipelines that fit the last events. */
export function useSuggestions(project: string) {
  return useMutation({
    mutationFn: () => call<{ suggestions: PipelineSuggestion[] }>('POST', path(project, '/suggest'), {}),
  });
}
