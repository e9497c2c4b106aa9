import type { Group, Invitation, Member, SearchResponse, SsoInfo } from '@moalog/contract';
import { useQuery } from '@tanstack/react-query';
import { call } from '../api/client.ts';

export const useMembers = () =>
  useQuery({
    queryKey: ['people', 'members'],
    queryFn: async () => (await call<{ members: Member[] }>('GET', '/api/v1/members')).members,
  });

export const useInvitations = () =>
  useQuery({
    queryKey: ['people', 'invitations'],
    queryFn: async () => (await call<{ invitations: Invitation[] }>('GET', '/api/v1/invitations')).invitations,
  });

export const useGroups = () =>
  useQuery({
    queryKey: ['people', 'groups'],
    queryFn: async () => (await call<{ groups: Group[] }>('GET', '/api/v1/groups')).groups,
  });

export const useSso = () =>
  useQuery({ queryKey: ['people', 'sso'], queryFn: () => call<SsoInfo>('GET', '/api/v1/sso') });

export interface AuditQuestion {
  readonly query: string;
  readonly from: string;
}
export const useAudit = (asked: AuditQuestion) =>
  useQuery({
    queryKey: ['people', 'audit', asked],
    queryFn: ({ signal }) => call<SearchResponse>('POST', '/api/v1/search', auditSearch(asked), signal),
    staleTime: 0,
    placeholderData: (before) => before,
  });

export const auditSearch = ({ query, from }: AuditQuestion) => ({
  ...{ project: 'moalog-audit', query, from, to: 'now', limit: 200 },
});
