import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/client.ts';

const SAID: Readonly<Record<string, string>> = {
  offline: 'state.offline',
  too_many_attempts: 'account.error.tooMany',
};

/** Runs what a form does: busy meanwhile, and what went wrong in words. `known` are texts for codes of errors. */
export function useAct(known: Readonly<Record<string, string>> = {}) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const act = async (what: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await what();
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      const { code, detail } = thrown.problem;
      const key = known[code] ?? SAID[code];
      setError(key === undefined ? detail : t(key));
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, act };
}
