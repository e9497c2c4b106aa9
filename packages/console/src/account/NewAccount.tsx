import { PasswordInput, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export interface NewAccountFields {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** What an account is made of. The address is fixed when it is not the person's to choose. */
export function NewAccount({
  value,
  onChange,
  fixedEmail = false,
}: {
  value: NewAccountFields;
  onChange: (value: NewAccountFields) => void;
  fixedEmail?: boolean;
}) {
  const { t } = useTranslation();
  return (
    <>
      <TextInput
        label={t('account.name')}
        value={value.name}
        onChange={(event) => onChange({ ...value, name: event.currentTarget.value })}
        autoComplete="name"
        required
        maxLength={128}
      />
      <TextInput
        label={t('account.email')}
        type="email"
        value={value.email}
        onChange={(event) => onChange({ ...value, email: event.currentTarget.value })}
        autoComplete="username"
        required
        readOnly={fixedEmail}
      />
      <PasswordInput
        label={t('account.password')}
        description={t('account.password.rule')}
        value={value.password}
        onChange={(event) => onChange({ ...value, password: event.currentTarget.value })}
        autoComplete="new-password"
        required
        minLength={10}
        maxLength={256}
      />
    </>
  );
}
