import { Select } from '@mantine/core';
import { ORGANISATION_ROLES, type OrganisationRole } from '@moalog/contract';
import { useTranslation } from 'react-i18next';

/** Owners are made by owners: others do not see the role, but where somebody has it. */
export function RoleSelect({
  value,
  onChange,
  label,
  isLabelled = true,
  mayMakeOwners,
  disabled = false,
}: {
  value: OrganisationRole;
  onChange: (role: OrganisationRole) => void;
  label: string;
  /** False: the label is for screen readers alone. */
  isLabelled?: boolean;
  mayMakeOwners: boolean;
  disabled?: boolean;
}) {
  const { t } = useTranslation();
  const offered = ORGANISATION_ROLES.filter((role) => role !== 'owner' || mayMakeOwners || value === 'owner');
  return (
    <Select
      {...(isLabelled ? { label } : { 'aria-label': label })}
      data={offered.map((role) => ({ value: role, label: t(`role.${role}`) }))}
      value={value}
      onChange={(role) => {
        const chosen = offered.find((one) => one === role);
        if (chosen !== undefined) onChange(chosen);
      }}
      allowDeselect={false}
      disabled={disabled}
      size="sm"
      w={isLabelled ? undefined : 200}
    />
  );
}
