import {
  type Icon,
  IconDevices,
  IconHistory,
  IconKey,
  IconLogin2,
  IconPalette,
  IconShieldLock,
  IconStack2,
  IconUser,
  IconUsers,
  IconUsersGroup,
} from '@tabler/icons-react';
import { type ComponentType, lazy } from 'react';
import { ProfileSection } from '../account/ProfileSection.tsx';
import { SecondFactorSection } from '../account/SecondFactorSection.tsx';
import { SessionsSection } from '../account/SessionsSection.tsx';
import { AppearanceSection } from './AppearanceSection.tsx';
import { KeysSection } from './KeysSection.tsx';
import { ProjectsSection } from './ProjectsSection.tsx';

/** A page of the settings, at `/settings/<name>`. */
export interface Section {
  readonly name: string;
  /** Key of its name in the texts. */
  readonly title: string;
  readonly group: 'installation' | 'you';
  readonly icon: Icon;
  readonly Page: ComponentType;
}

/** Of people: their code comes when one is opened. */
const ofPeople = (name: string, title: string, icon: Icon, load: () => Promise<ComponentType>): Section => ({
  ...{ name, title, group: 'installation' as const, icon },
  Page: lazy(async () => ({ default: await load() })),
});

export const SECTIONS: readonly Section[] = [
  { name: 'projects', title: 'settings.projects', group: 'installation', icon: IconStack2, Page: ProjectsSection },
  { name: 'keys', title: 'settings.keys', group: 'installation', icon: IconKey, Page: KeysSection },
  { name: 'appearance', title: 'settings.appearance', group: 'you', icon: IconPalette, Page: AppearanceSection },
  { name: 'profile', title: 'profile.title', group: 'you', icon: IconUser, Page: ProfileSection },
  {
    name: 'second-factor',
    title: 'factor.title',
    group: 'you',
    icon: IconShieldLock,
    Page: SecondFactorSection,
  },
  { name: 'sessions', title: 'sessions.title', group: 'you', icon: IconDevices, Page: SessionsSection },
  ofPeople(
    'members',
    'settings.members',
    IconUsers,
    async () => (await import('../people/MembersSection.tsx')).MembersSection,
  ),
  ofPeople(
    'groups',
    'settings.groups',
    IconUsersGroup,
    async () => (await import('../people/GroupsSection.tsx')).GroupsSection,
  ),
  ofPeople('sso', 'settings.sso', IconLogin2, async () => (await import('../people/SsoSection.tsx')).SsoSection),
  ofPeople(
    'audit',
    'settings.audit',
    IconHistory,
    async () => (await import('../people/AuditSection.tsx')).AuditSection,
  ),
];
