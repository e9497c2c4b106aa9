import type {
  ChangeProjectRequest,
  CreateKeyRequest,
  CreateProjectRequest,
  KeyInfo,
  ProjectInfo,
} from '@moalog/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from '../api/client.ts';

/** What projects took today is looked at again so often. */
const USAGE_REFRESH_MS = 15_000;
const KEYS_REFRESH_MS = 30_000;

export function useProjects() {
  return useQuery({
    queryKey: ['projects'],
    queryFn: ({ signal }) => call<{ projects: ProjectInfo[] }>('GET', '/api/v1/projects', undefined, signal),
    select: ({ projects }) => projects,
    refetchInterval: USAGE_REFRESH_MS,
  });
}

export function useKeys() {
  return useQuery({
    queryKey: ['keys'],
    queryFn: ({ signal }) => call<{ keys: KeyInfo[] }>('GET', '/api/v1/keys', undefined, signal),
    select: ({ keys }) => keys,
    refetchInterval: KEYS_REFRESH_MS,
  });
}

/** Something that changes projects or keys: lists, and what the session may see, are asked again after it. */
function useAct<Input, Answer>(act: (input: Input) => Promise<Answer>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: () =>
      Promise.all(
        ['projects', 'keys', 'session'].map((question) => queries.invalidateQueries({ queryKey: [question] })),
      ),
  });
}

const project = (slug: string): string => `/api/v1/projects/${encodeURIComponent(slug)}`;
const key = (id: string): string => `/api/v1/keys/${encodeURIComponent(id)}`;

export const useCreateProject = () =>
  useAct((wanted: CreateProjectRequest) =>
    call<{ project: ProjectInfo; ingestKey: string }>('POST', '/api/v1/projects', wanted),
  );

export const useChangeProject = () =>
  useAct(({ slug, change }: { slug: string; change: ChangeProjectRequest }) =>
    call<ProjectInfo>('PATCH', project(slug), change),
  );

export const useDeleteProject = () =>
  useAct(({ slug, name }: { slug: string; name: string }) => call<unknown>('DELETE', project(slug), { name }));

export const useCreateKey = () =>
  useAct((wanted: CreateKeyRequest) => call<{ key: KeyInfo; secret: string }>('POST', '/api/v1/keys', wanted));

export const useRotateKey = () =>
  useAct(({ id, overlapHours }: { id: string; overlapHours: number }) =>
    call<{ key: KeyInfo; secret: string }>('POST', `${key(id)}/rotate`, { overlapHours }),
  );

export const useRevokeKey = () => useAct((id: string) => call<void>('DELETE', key(id)));
