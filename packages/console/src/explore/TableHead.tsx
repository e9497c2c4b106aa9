import { Menu } from '@mantine/core';
import { IconArrowLeft, IconArrowRight, IconEyeOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { MAX_PX, MIN_PX } from './widths.ts';

/** Kept apart from the elements: the grid is virtual, so it cannot be a <table>. */
const HEADER = { role: 'columnheader' } as const;
/** What a drag carries: nothing else dropped here is taken for a column. */
const COLUMN_TYPE = 'text/moalog-column';
/** Pixels that an arrow key resizes by. */
const KEY_STEP_PX = 16;

export interface TableHeadProps {
  readonly columns: readonly string[];
  readonly narrow: boolean;
  readonly widthOf: (field: string) => number;
  readonly onResize: (field: string, px: number) => void;
  /** The columns in their new order, or without one. */
  readonly onColumns: (columns: readonly string[]) => void;
}

/** The columns' names: drag one to reorder, its edge to resize; its menu does both by keyboard. */
export function TableHead({ columns, narrow, widthOf, onResize, onColumns }: TableHeadProps) {
  const { t } = useTranslation();
  const moveTo = (field: string, index: number): void => {
    const others = columns.filter((name) => name !== field);
    onColumns([...others.slice(0, index), field, ...others.slice(index)]);
  };
  const dragged = (field: string, index: number) => ({
    draggable: true,
    onDragStart: (event: React.DragEvent) => event.dataTransfer.setData(COLUMN_TYPE, field),
    onDragOver: (event: React.DragEvent) => event.preventDefault(),
    onDrop: (event: React.DragEvent) => {
      event.preventDefault();
      const moved = event.dataTransfer.getData(COLUMN_TYPE);
      if (columns.includes(moved) && moved !== field) moveTo(moved, index);
    },
  });
  return (
    <div className="grid-head" {...{ role: 'row' }}>
      <div {...HEADER}>{t('table.time')}</div>
      <div {...HEADER}>{t('table.level')}</div>
      {!narrow &&
        columns.map((field, index) => (
          <div key={field} {...HEADER} {...dragged(field, index)}>
            <Menu position="bottom-start" withinPortal>
              <Menu.Target>
                <button type="button" className="column-name" title={field}>
                  {field === 'service' ? t('table.service') : field}
                </button>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item
                  leftSection={<IconArrowLeft size={14} />}
                  disabled={index === 0}
                  onClick={() => moveTo(field, index - 1)}
                >
                  {t('table.moveLeft')}
                </Menu.Item>
                <Menu.Item
                  leftSection={<IconArrowRight size={14} />}
                  disabled={index === columns.length - 1}
                  onClick={() => moveTo(field, index + 1)}
                >
                  {t('table.moveRight')}
                </Menu.Item>
                <Menu.Item
                  leftSection={<IconEyeOff size={14} />}
                  onClick={() => onColumns(columns.filter((name) => name !== field))}
                >
                  {t('table.removeColumn')}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
            <Edge field={field} px={widthOf(field)} onResize={onResize} />
          </div>
        ))}
      <div {...HEADER}>{t('table.message')}</div>
    </div>
  );
}

function Edge({ field, px, onResize }: { field: string; px: number; onResize: TableHeadProps['onResize'] }) {
  const { t } = useTranslation();
  const label = t('table.resize', { field });
  return (
    <hr
      className="column-edge"
      tabIndex={0}
      aria-label={label}
      aria-orientation="vertical"
      aria-valuenow={px}
      aria-valuemin={MIN_PX}
      aria-valuemax={MAX_PX}
      title={label}
      draggable
      onDragStart={(event) => {
        event.preventDefault();
        event.stopPropagation();
      }}
      onPointerDown={(event) => {
        event.preventDefault();
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        const startedAt = event.clientX;
        const edge = event.currentTarget;
        const onMove = (move: PointerEvent): void => onResize(field, px + move.clientX - startedAt);
        edge.addEventListener('pointermove', onMove);
        edge.addEventListener('lostpointercapture', () => edge.removeEventListener('pointermove', onMove), {
          once: true,
        });
      }}
      onKeyDown={(event) => {
        const step = { ArrowLeft: -KEY_STEP_PX, ArrowRight: KEY_STEP_PX }[event.key];
        if (step === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        onResize(field, px + step);
      }}
    />
  );
}
