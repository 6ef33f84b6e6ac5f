import { Table, type TableProps } from "antd";
import { useTranslation } from "react-i18next";
import { AntdRoot } from "./AntdRoot";

export interface Column<Row> {
  key: string;
  title: React.ReactNode;
  right?: boolean;
  width?: number;
  render: (row: Row) => React.ReactNode;
}

/** A table of records with expandable rows; pages come from the server, so it never pages itself. */
export function DataTable<Row extends object>({ rows, columns, rowKey, expanded, loading = false }: {
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  rowKey: (row: Row) => string;
  expanded?: (row: Row) => React.ReactNode;
  loading?: boolean;
}) {
  const { t } = useTranslation();
  const props: TableProps<Row> = {
    size: "small",
    pagination: false,
    loading,
    dataSource: [...rows],
    rowKey,
    scroll: { x: "max-content" },
    locale: { emptyText: t("ui.none") },
    columns: columns.map((column) => ({
      key: column.key,
      title: column.title,
      width: column.width,
      align: column.right ? ("right" as const) : ("left" as const),
      render: (_: unknown, row: Row) => column.render(row),
    })),
    ...(expanded ? { expandable: { expandedRowRender: expanded } } : {}),
  };
  return <AntdRoot><Table<Row> {...props} /></AntdRoot>;
}
