import { notifications } from '@mantine/notifications';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/client.ts';
import { download, formatBytes } from './download.ts';

export const EXPORT_FORMATS = ['csv', 'ndjson', 'parquet'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Exports all that a search finds, and shows how far it is. Closing the notice stops it, in the engine too. */
export function useExport(): (scope: object, format: ExportFormat) => Promise<void> {
  const { t } = useTranslation();
  return useCallback(
    async (scope, format) => {
      const stop = new AbortController();
      const running = (size: number) => ({
        loading: true,
        autoClose: false as const,
        title: t('export.running', { size: formatBytes(size) }),
        message: t('export.stop'),
        onClose: () => stop.abort(),
      });
      const id = notifications.show(running(0));
      try {
        const bytes = await download(scope, format, stop.signal, (size) =>
          notifications.update({ id, ...running(size) }),
        );
        const message = t('export.done', { size: formatBytes(bytes) });
        notifications.update({ id, loading: false, autoClose: 4_000, title: null, message, onClose: () => {} });
      } catch (error) {
        if (stop.signal.aborted) return;
        const why = error instanceof ApiError ? error.problem.detail : String(error);
        notifications.update({
          id,
          loading: false,
          color: 'red',
          autoClose: 8_000,
          title: t('export.failed'),
          message: why,
          onClose: () => {},
        });
      }
    },
    [t],
  );
}
