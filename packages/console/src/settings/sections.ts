import { type Icon, IconDevices, IconPalette, IconShieldLock, IconUser } from '@tabler/icons-react';
import type { ComponentType } from 'react';
import { ProfileSection } from '../account/ProfileSection.tsx';
import { SecondFactorSection } from '../account/SecondFactorSection.tsx';
import { SessionsSection } from '../account/SessionsSection.tsx';
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

export const SECTIONS: readonly Section[] = [
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
];
