import { Button, CopyButton } from '@mantine/core';
import { lexer, type Token, type Tokens } from 'marked';
import { Fragment, type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';

type Fill = (text: string) => string;

/** Markdown of our own pages as elements; nothing of it becomes HTML by itself. `fill` completes code. */
export function Markdown({ text, fill }: { text: string; fill: Fill }) {
  const tokens = useMemo(() => lexer(text), [text]);
  return <div className="prose">{all(tokens, fill)}</div>;
}

const all = (tokens: readonly Token[] | undefined, fill: Fill): ReactNode =>
  tokens?.map((token, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the page is made once
    <Fragment key={i}>{element(token as Tokens.Generic & Token, fill)}</Fragment> // marked's Token has an open member that hides the others
  ));

function element(token: Token, fill: Fill): ReactNode {
  switch (token.type) {
    case 'heading':
      return token.depth === 1 ? <h1>{all(token.tokens, fill)}</h1> : <h2>{all(token.tokens, fill)}</h2>;
    case 'paragraph':
      return <p>{all(token.tokens, fill)}</p>;
    case 'code':
      return <Snippet text={fill(token.text)} />;
    case 'list':
      return (
        <ul>
          {(token as Tokens.List).items.map((item, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the page is made once
            <li key={i}>{all(item.tokens, fill)}</li>
          ))}
        </ul>
      );
    case 'table':
      return <Table table={token as Tokens.Table} fill={fill} />;
    case 'strong':
      return <strong>{all(token.tokens, fill)}</strong>;
    case 'em':
      return <em>{all(token.tokens, fill)}</em>;
    case 'codespan':
      return <code>{fill(token.text)}</code>;
    case 'link':
      return <Link link={token as Tokens.Link} fill={fill} />;
    case 'text':
    case 'escape':
      return token.type === 'text' && token.tokens !== undefined ? all(token.tokens, fill) : token.text;
    default:
      return null;
  }
}

/** Other pages for senders open here; other files of the documentation have no place in the console, and stay text. */
function Link({ link, fill }: { link: Tokens.Link; fill: Fill }) {
  const page = /^([a-z-]+?)(?:\.ko)?\.md$/.exec(link.href)?.[1];
  if (page !== undefined) return <a href={`/sources/${page}`}>{all(link.tokens, fill)}</a>;
  if (!/^https:\/\//.test(link.href)) return all(link.tokens, fill);
  return (
    <a href={link.href} target="_blank" rel="noreferrer">
      {all(link.tokens, fill)}
    </a>
  );
}

function Table({ table, fill }: { table: Tokens.Table; fill: Fill }) {
  const cells = (row: readonly Tokens.TableCell[], Cell: 'th' | 'td'): ReactNode =>
    // biome-ignore lint/suspicious/noArrayIndexKey: the page is made once
    row.map((cell, i) => <Cell key={i}>{all(cell.tokens, fill)}</Cell>);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div className="prose-table" tabIndex={0}>
      <table>
        <thead>
          <tr>{cells(table.header, 'th')}</tr>
        </thead>
        <tbody>
          {table.rows.map((row, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the page is made once
            <tr key={i}>{cells(row, 'td')}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Snippet({ text }: { text: string }) {
  const { t } = useTranslation();
  return (
    <div className="snippet">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre className="code" tabIndex={0}>
        {text}
      </pre>
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
