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
import { AppearanceSection } from './AppearanceSection.tsx';

/** A page of the settings, at `/settings/<name>`. */
export interface Section {
  readonly name: string;
  /** Key of its name in the texts. */
  readonly title: string;
  readonly group: 'installation' | 'you';
  readonly icon: Icon;
  readonly Page: ComponentType;
}

/** Its code comes when it is opened. */
const section = (
  group: Section['group'],
  name: string,
  title: string,
  icon: Icon,
  load: () => Promise<ComponentType>,
): Section => ({ ...{ name, title, group, icon }, Page: lazy(async () => ({ default: await load() })) });

const ofInstallation = section.bind(null, 'installation');
const ofReader = section.bind(null, 'you');

export const SECTIONS: readonly Section[] = [
  ofInstallation(
    'projects',
    'settings.projects',
    IconStack2,
    async () => (await import('./ProjectsSection.tsx')).ProjectsSection,
  ),
  ofInstallation('keys', 'settings.keys', IconKey, async () => (await import('./KeysSection.tsx')).KeysSection),
  ofInstallation(
    'members',
    'settings.members',
    IconUsers,
    async () => (await import('../people/MembersSection.tsx')).MembersSection,
  ),
  ofInstallation(
    'groups',
    'settings.groups',
    IconUsersGroup,
    async () => (await import('../people/GroupsSection.tsx')).GroupsSection,
  ),
  ofInstallation('sso', 'settings.sso', IconLogin2, async () => (await import('../people/SsoSection.tsx')).SsoSection),
  ofInstallation(
    'audit',
    'settings.audit',
    IconHistory,
    async () => (await import('../people/AuditSection.tsx')).AuditSection,
  ),
  { name: 'appearance', title: 'settings.appearance', group: 'you', icon: IconPalette, Page: AppearanceSection },
  ofReader(
    'profile',
    'profile.title',
    IconUser,
    async () => (await import('../account/ProfileSection.tsx')).ProfileSection,
  ),
  ofReader(
    'second-factor',
    'factor.title',
    IconShieldLock,
    async () => (await import('../account/SecondFactorSection.tsx')).SecondFactorSection,
  ),
  ofReader(
    'sessions',
    'sessions.title',
    IconDevices,
    async () => (await import('../account/SessionsSection.tsx')).SessionsSection,
  ),
];
