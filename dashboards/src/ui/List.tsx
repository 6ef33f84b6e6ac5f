/** A server list as a plain table: loading, failed, empty, rows, more. */
import type { UseInfiniteQueryResult, InfiniteData } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Page } from "@/api/lists";
import { Failed, SkeletonRows } from "./states";

export interface Column<Row> {
  key: string;
  title: string;
  right?: boolean;
  render: (row: Row) => React.ReactNode;
}

export function List<Row>({ query, columns, rowKey, empty, onOpen, label }: {
  query: UseInfiniteQueryResult<InfiniteData<Page<Row>>>;
  columns: readonly Column<Row>[];
  rowKey: (row: Row) => string;
  empty: React.ReactNode;
  onOpen?: (row: Row) => void;
  label: string;
}) {
  const { t } = useTranslation();
  if (query.isPending) return <div style={{ padding: 18 }}><SkeletonRows /></div>;
  if (!query.data) return <div style={{ padding: 18 }}><Failed error={query.error} retry={() => void query.refetch()} /></div>;
  const rows = query.data.pages.flatMap((page) => page.results);
  if (rows.length === 0) return <>{empty}</>;
  return (
    <>
      <Rows rows={rows} columns={columns} rowKey={rowKey} onOpen={onOpen} label={label} />
      {query.hasNextPage ? (
        <div className="row" style={{ padding: 12, justifyContent: "center" }}>
          <button type="button" className="button small" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t("ui.more")}</button>
        </div>
      ) : null}
    </>
  );
}

/** Rows in a table that scrolls sideways by itself when the window is narrow. */
export function Rows<Row>({ rows, columns, rowKey, onOpen, label, foot }: {
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  rowKey: (row: Row) => string;
  onOpen?: (row: Row) => void;
  label: string;
  foot?: React.ReactNode;
}) {
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label={label}>
      <table className="grid">
        <thead>
          <tr>{columns.map((column) => <th key={column.key} scope="col" className={column.right ? "right" : undefined}>{column.title}</th>)}</tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)} className={onOpen ? "link" : undefined} onClick={onOpen ? () => onOpen(row) : undefined}>
              {columns.map((column) => <td key={column.key} className={column.right ? "right" : undefined}>{column.render(row)}</td>)}
            </tr>
          ))}
        </tbody>
        {foot ? <tfoot>{foot}</tfoot> : null}
      </table>
    </div>
  );
}
