import type { SourcesResponse } from '@moalog/contract';
import { useQuery } from '@tanstack/react-query';
import { call } from '../api/client.ts';
import { loadGuide } from './guides.ts';

const REFRESH_MS = 5_000;

/** What each receiver brought to the projects. */
export function useSources(projects: readonly string[]) {
  const address = new URLSearchParams(projects.map((project) => ['project', project]));
  return useQuery({
    queryKey: ['sources', ...projects],
    queryFn: ({ signal }) => call<SourcesResponse>('GET', `/api/v1/sources?${address}`, undefined, signal),
    select: ({ sources }) => sources,
    refetchInterval: REFRESH_MS,
  });
}

export function useGuide(name: string, language: string) {
  return useQuery({
    queryKey: ['guide', name, language],
    queryFn: () => loadGuide(name, language),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
