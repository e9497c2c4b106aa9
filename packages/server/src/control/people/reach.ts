import type { KeyScope, PersonInfo, Profile } from '@moalog/contract';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '#access';
import type { UserRow } from '#catalog';
import { MoalogError } from '#errors';
import type { Person } from './person-sessions.ts';
import { type Roles, scopesOf } from './roles.ts';

/** Who sits at the browser; for routes about people. */
export interface PersonAccess {
  /** Rejects with `unauthenticated`, or with `forbidden` for a key. */
  person(request: FastifyRequest): Promise<Person>;
}

/** Where a person has the right that a call asks for. */
export interface Reach extends Caller {
  readonly person: Person;
  /** Null: the whole installation. */
  readonly projects: readonly string[] | null;
  readonly asked: KeyScope;
}

export const isReach = (caller: Caller): caller is Reach => 'person' in caller;

/** Rejects with `forbidden` when the person has the right nowhere. */
export function reachOf(person: Person, scope: KeyScope): Reach {
  const { user, roles } = person;
  const everywhere = scopesOf(roles.organisation);
  if (everywhere.includes(scope))
    return { id: user.id, person, scopes: new Set(everywhere), projects: null, project: null, asked: scope };
  const projects = [...roles.projects].filter(([, role]) => scopesOf(role).includes(scope)).map(([slug]) => slug);
  if (projects.length === 0)
    throw new MoalogError(
      'forbidden',
      scope === 'ingest'
        ? 'People send no events; make a key for the sender.'
        : `Your role (${roles.organisation}) does not allow this; the call needs ${scope}.`,
    );
  const project = projects[0] ?? null;
  return { id: user.id, person, scopes: new Set(scopesAnywhere(roles)), projects, project, asked: scope };
}

/** What the person may do somewhere at least. */
export const scopesAnywhere = ({ organisation, projects }: Roles): KeyScope[] => [
  ...new Set([organisation, ...projects.values()].flatMap(scopesOf)),
];

export const describePerson = ({ id, name, email }: UserRow, { organisation }: Roles): PersonInfo => ({
  id,
  name,
  email,
  role: organisation,
});

export const describeProfile = ({ user, roles }: Person, secondFactor: boolean): Profile => ({
  ...describePerson(user, roles),
  language: user.language,
  hasPassword: user.password_hash !== null,
  secondFactor,
  createdAt: user.created_at,
});
