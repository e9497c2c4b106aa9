import { Button, CopyButton } from '@mantine/core';
import { lexer, type Token, type Tokens } from 'marked';
import { createElement, Fragment, type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';

type Fill = (text: string) => string;

/** Markdown of our own pages as elements; nothing of it becomes HTML by itself. `fill` completes code. */
export function Markdown({ text, fill }: { text: string; fill: Fill }) {
  const tokens = useMemo(() => lexer(text), [text]);
  return <div className="prose">{all(tokens, fill)}</div>;
}

/** Children by position: the page is made once, nothing moves in it. */
const all = (tokens: readonly Token[] | undefined, fill: Fill): ReactNode =>
  createElement(Fragment, null, ...(tokens ?? []).map((token) => element(token, fill)));

// Token has an open member that hides the others of the union: each reader below says what it takes of the token.
function element(token: Token, fill: Fill): ReactNode {
  const { type, text = '', tokens, depth, items = [], href = '', header = [], rows = [] }: Tokens.Generic = token;
  switch (type) {
    case 'heading':
      return depth === 1 ? <h1>{all(tokens, fill)}</h1> : <h2>{all(tokens, fill)}</h2>;
    case 'paragraph':
      return <p>{all(tokens, fill)}</p>;
    case 'code':
      return <Snippet text={fill(text)} />;
    case 'list':
      return createElement(
        'ul',
        null,
        ...items.map(({ tokens: inside }: Tokens.ListItem) => createElement('li', null, all(inside, fill))),
      );
    case 'table':
      return <Table header={header} rows={rows} fill={fill} />;
    case 'strong':
      return <strong>{all(tokens, fill)}</strong>;
    case 'em':
      return <em>{all(tokens, fill)}</em>;
    case 'codespan':
      return <code>{fill(text)}</code>;
    case 'link':
      return <Link href={href}>{all(tokens, fill)}</Link>;
    case 'text':
      return tokens === undefined ? text : all(tokens, fill);
    case 'escape':
      return text;
    default:
      return null;
  }
}

/** Other pages for senders open here; other files of the documentation have no place in the console, and stay text. */
function Link({ href, children }: { href: string; children: ReactNode }) {
  const page = /^([a-z-]+?)(?:\.ko)?\.md$/.exec(href)?.[1];
  if (page !== undefined) return <a href={`/sources/${page}`}>{children}</a>;
  if (!/^https:\/\//.test(href)) return children;
  return (
    <a href={href} target="_blank" rel="noreferrer">
      {children}
    </a>
  );
}

type Row = readonly Tokens.TableCell[];

function Table({ header, rows, fill }: { header: Row; rows: readonly Row[]; fill: Fill }) {
  const line = (row: Row, cell: 'th' | 'td'): ReactNode =>
    createElement('tr', null, ...row.map(({ tokens }) => createElement(cell, null, all(tokens, fill))));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div className="prose-table" tabIndex={0}>
      <table>
        <thead>{line(header, 'th')}</thead>
        {createElement('tbody', null, ...rows.map((row) => line(row, 'td')))}
      </table>
    </div>
  );
}

function Snippet({ text }: { text: string }) {
  const { t } = useTranslation();
  return (
    <div className="snippet">
      <pre className="code">{text}</pre>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button size="compact-xs" variant="default" onClick={copy}>
            {t(copied ? 'event.copied' : 'event.copy')}
          </Button>
        )}
      </CopyButton>
    </div>
  );
}
