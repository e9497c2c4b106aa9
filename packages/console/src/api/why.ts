import type { TFunction } from 'i18next';
import { ApiError } from './client.ts';

/** Why a call failed, for people. */
export function whyOf(error: unknown, t: TFunction): string {
  if (!(error instanceof ApiError)) return String(error);
  return error.problem.code === 'offline' ? t('state.offline') : error.problem.detail;
}

/** What the server says about one field of a form, null when it does not complain of it. */
export function complaintOf(error: unknown, field: string): string | null {
  if (!(error instanceof ApiError)) return null;
  const own = error.problem.errors?.find(({ path }) => path === field || path.startsWith(`${field}.`));
  return own?.message ?? null;
}
