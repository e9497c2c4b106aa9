import type {
  ContextResponse,
  Event,
  FacetsResponse,
  FieldsResponse,
  HistogramResponse,
  PatternsResponse,
  QueryResponse,
  SearchResponse,
} from '@moalog/contract';
import { quoteValue } from '@moalog/search-language';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { call } from '../api/client.ts';

/** What every question of the screen is about. `at` changes with each run, so that the same search runs again. */
export interface Asked {
  readonly project: readonly string[];
  readonly query: string;
  readonly from: string;
  readonly to: string;
  readonly at: number;
}

const body = ({ at: _at, ...scope }: Asked, more: object = {}): object => ({ ...scope, ...more });
const PAGE_ROWS = 200;

export function useSearch(asked: Asked, enabled: boolean) {
  return useInfiniteQuery({
    queryKey: ['search', asked],
    enabled,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      call<SearchResponse>(
        'POST',
        '/api/v1/search',
        body(asked, { limit: PAGE_ROWS, ...(pageParam === undefined ? {} : { cursor: pageParam }) }),
        signal,
      ),
    getNextPageParam: (page) => page.cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}

export function useHistogram(asked: Asked, enabled: boolean) {
  return useQuery({
    queryKey: ['histogram', asked],
    enabled,
    queryFn: ({ signal }) =>
      call<HistogramResponse>(
        'POST',
        '/api/v1/histogram',
        body(asked, { buckets: 80, zoneOffsetMinutes: -new Date().getTimezoneOffset() }),
        signal,
      ),
    placeholderData: keepPreviousData,
  });
}

/** The table that pipes make. */
export function useTable(asked: Asked) {
  return useQuery({
    queryKey: ['table', asked],
    queryFn: ({ signal }) =>
      call<QueryResponse>(
        'POST',
        '/api/v1/query',
        body(asked, { zoneOffsetMinutes: -new Date().getTimezoneOffset() }),
        signal,
      ),
    placeholderData: keepPreviousData,
  });
}

/** Similar messages as one. */
export function usePatterns(asked: Asked) {
  return useQuery({
    queryKey: ['patterns', asked],
    queryFn: ({ signal }) => call<PatternsResponse>('POST', '/api/v1/patterns', body(asked), signal),
    placeholderData: keepPreviousData,
  });
}

export function useFacets(asked: Asked, enabled: boolean) {
  return useQuery({
    queryKey: ['facets', asked],
    enabled,
    queryFn: ({ signal }) => call<FacetsResponse>('POST', '/api/v1/facets', body(asked, { limit: 8 }), signal),
    placeholderData: keepPreviousData,
  });
}

/** Values a field for comparing two searches; what is rarer than the fiftieth would not stand out. */
const COMPARED_VALUES = 50;

export function useTopValues(asked: Asked, enabled: boolean) {
  return useQuery({
    queryKey: ['top values', asked],
    enabled,
    queryFn: ({ signal }) =>
      call<FacetsResponse>('POST', '/api/v1/facets', body(asked, { limit: COMPARED_VALUES }), signal),
    placeholderData: keepPreviousData,
  });
}

export function useEvent(project: readonly string[], id: string | null) {
  return useQuery({
    queryKey: ['event', project, id],
    enabled: id !== null,
    queryFn: ({ signal }) => call<Event>('GET', `/api/v1/events/${id}?${projects(project)}`, undefined, signal),
  });
}

export function useContext(project: readonly string[], id: string, enabled: boolean) {
  return useQuery({
    queryKey: ['context', project, id],
    enabled,
    queryFn: ({ signal }) =>
      call<ContextResponse>(
        'GET',
        `/api/v1/events/${id}/context?${projects(project)}&before=10&after=10`,
        undefined,
        signal,
      ),
  });
}

/** At most so many events of one trace are shown. */
const MAX_TRACE_EVENTS = 500;
/** A trace is looked for so long before and after one of its events. */
const TRACE_MS = 3_600_000;

export function useTrace(project: readonly string[], event: Event) {
  const at = Date.parse(event.timestamp);
  return useQuery({
    queryKey: ['trace', project, event.trace_id, event.event_id],
    queryFn: ({ signal }) =>
      call<SearchResponse>(
        'POST',
        '/api/v1/search',
        {
          project,
          query: `trace_id:${quoteValue(event.trace_id)}`,
          from: new Date(at - TRACE_MS).toISOString(),
          to: new Date(at + TRACE_MS).toISOString(),
          limit: MAX_TRACE_EVENTS,
          order: 'asc',
        },
        signal,
      ),
  });
}

/** Whether the projects have any event at all; asked again every two seconds while they have none. */
export function useAnyEvent(project: readonly string[], enabled: boolean) {
  return useQuery({
    queryKey: ['any', project],
    enabled,
    queryFn: ({ signal }) =>
      call<SearchResponse>('POST', '/api/v1/search', { project, from: 'now-20000d', to: 'now+2d', limit: 1 }, signal),
    refetchInterval: (query) => (query.state.data?.rows.length === 0 ? 2_000 : false),
  });
}

export const askFields = (project: readonly string[], contains: string, from: string): Promise<FieldsResponse> =>
  call<FieldsResponse>(
    'GET',
    `/api/v1/fields?${projects(project)}&from=${encodeURIComponent(from)}&contains=${encodeURIComponent(contains)}`,
  );

export const askValues = (
  project: readonly string[],
  field: string,
  contains: string,
  from: string,
  to: string,
): Promise<FacetsResponse> =>
  call<FacetsResponse>('POST', '/api/v1/facets', {
    project,
    from,
    to,
    fields: [field],
    limit: 20,
    ...(contains === '' ? {} : { contains }),
  });

const projects = (slugs: readonly string[]): string =>
  slugs.map((slug) => `project=${encodeURIComponent(slug)}`).join('&');
