import { memo } from 'react';
import { LEVEL_COLORS } from '../app/theme.ts';
import { painted } from './ansi.ts';
import { marked } from './marks.ts';
import { fieldOf, messageOf, type Row } from './row-values.ts';
import { formatTime } from './time.ts';

/** Longer messages are cut in the list; the event panel has them whole. */
const MAX_SHOWN_CHARS = 2_000;
/** Kept apart from the elements: the grid is virtual, so it cannot be a <table>, and it holds the focus and the keys for its rows. */
const rowRole = (index: number, selected: boolean) => ({
  role: 'row',
  'aria-rowindex': index + 1,
  'aria-selected': selected,
});
const CELL = { role: 'gridcell' } as const;

export interface TableRowProps {
  readonly row: Row;
  readonly index: number;
  readonly top: number;
  /** Undefined where lines wrap: the row is as high as its text. */
  readonly height: number | undefined;
  readonly columns: readonly string[];
  readonly hits: RegExp | null;
  readonly open: boolean;
  readonly picked: boolean;
  readonly utc: boolean;
  readonly narrow: boolean;
  readonly measure: ((element: HTMLElement | null) => void) | undefined;
  readonly onClick: (row: Row, event: React.MouseEvent) => void;
}

export const TableRow = memo(function TableRow(props: TableRowProps) {
  const { row, index, hits, open, picked, utc, narrow } = props;
  const time = formatTime(row.timestamp ?? '', utc);
  return (
    <div
      ref={props.measure}
      data-index={index}
      className={`grid-row${open ? ' open' : ''}${picked ? ' picked' : ''}`}
      {...rowRole(index, open || picked)}
      style={{
        transform: `translateY(${props.top}px)`,
        '--level': LEVEL_COLORS[row.level ?? ''],
        ...(props.height === undefined ? {} : { height: props.height }),
      }}
      {...{ onClick: (event: React.MouseEvent) => props.onClick(row, event) }}
    >
      <div {...CELL} className="time" title={row.timestamp}>
        {narrow ? time.slice(11, 23) : time.slice(5)}
      </div>
      <div {...CELL} className={`level level-${row.level}`}>
        {row.level}
      </div>
      {!narrow &&
        props.columns.map((field) => (
          <div key={field} {...CELL}>
            {fieldOf(row, field)}
          </div>
        ))}
      <div {...CELL}>
        <Message text={messageOf(row).slice(0, MAX_SHOWN_CHARS)} hits={hits} />
      </div>
    </div>
  );
});

function Message({ text, hits }: { text: string; hits: RegExp | null }) {
  return painted(text).map(({ text: part, paint }, p) => {
    const pieces = marked(part, hits).map((piece, i) =>
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no identity of their own
      piece.hit ? <mark key={i}>{piece.text}</mark> : piece.text,
    );
    if (paint === '') return pieces;
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: as above
      <span key={p} className={paint}>
        {pieces}
      </span>
    );
  });
}
