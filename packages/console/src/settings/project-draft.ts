import type { ChangeProjectRequest, CreateProjectRequest, ProjectInfo } from '@moalog/contract';

export const BYTE_UNITS = ['MB', 'GB', 'TB'] as const;
export type ByteUnit = (typeof BYTE_UNITS)[number];
const UNIT_BYTES: Readonly<Record<ByteUnit, number>> = { MB: 1e6, GB: 1e9, TB: 1e12 };

/** A project as the form holds it: numbers are what was typed, empty for no limit. */
export interface ProjectDraft {
  readonly name: string;
  readonly slug: string;
  /** Empty: the server chooses. */
  readonly colour: string;
  readonly environments: readonly string[];
  readonly eventsPerSecond: string;
  readonly bytesPerDay: string;
  readonly byteUnit: ByteUnit;
  readonly retentionDays: string;
}

export const NEW_PROJECT: ProjectDraft = {
  name: '',
  slug: '',
  colour: '',
  environments: [],
  eventsPerSecond: '',
  bytesPerDay: '',
  byteUnit: 'GB',
  retentionDays: '',
};

const typed = (limit: number | null): string => (limit === null ? '' : String(limit));

export function draftOf({ name, slug, colour, environments, limits }: ProjectInfo): ProjectDraft {
  const bytes = limits.bytesPerDay ?? 0;
  const byteUnit = BYTE_UNITS.findLast((unit) => bytes >= UNIT_BYTES[unit]) ?? (bytes === 0 ? 'GB' : 'MB');
  return {
    name,
    slug,
    colour,
    environments,
    eventsPerSecond: typed(limits.eventsPerSecond),
    bytesPerDay: typed(limits.bytesPerDay === null ? null : limits.bytesPerDay / UNIT_BYTES[byteUnit]),
    byteUnit,
    retentionDays: typed(limits.retentionDays),
  };
}

const limit = (text: string, factor = 1): number | null =>
  text.trim() === '' ? null : Math.round(Number(text) * factor);

const limitsOf = (draft: ProjectDraft) => ({
  eventsPerSecond: limit(draft.eventsPerSecond),
  bytesPerDay: limit(draft.bytesPerDay, UNIT_BYTES[draft.byteUnit]),
  retentionDays: limit(draft.retentionDays),
});

export const createRequest = (draft: ProjectDraft): CreateProjectRequest => ({
  name: draft.name.trim(),
  ...(draft.slug !== '' && { slug: draft.slug }),
  ...(draft.colour !== '' && { colour: draft.colour }),
  environments: [...draft.environments],
  limits: limitsOf(draft),
});

/** What differs from the project; limits alone when they do, as not everyone who may change the rest may change them. */
export function changeRequest(draft: ProjectDraft, project: ProjectInfo): ChangeProjectRequest {
  const limits = limitsOf(draft);
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
  return {
    ...(draft.name.trim() !== project.name && { name: draft.name.trim() }),
    ...(draft.colour !== project.colour && { colour: draft.colour }),
    ...(!same(draft.environments, project.environments) && { environments: [...draft.environments] }),
    ...(!(Object.keys(limits) as (keyof typeof limits)[]).every((name) => limits[name] === project.limits[name]) && {
      limits,
    }),
  };
}
