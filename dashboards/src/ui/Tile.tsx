/** One key figure with its label, unit and a line below. Its height does not move when the figure arrives. */
import { Skeleton } from "./states";

export function Tile({ label, children, foot, loading = false }: {
  label: string;
  children: React.ReactNode;
  foot?: React.ReactNode;
  loading?: boolean;
}) {
  return (
    <section className="tile" aria-label={label}>
      <div className="tile-label">{label}</div>
      <div className="tile-value">{loading ? <Skeleton width="60%" height={30} /> : children}</div>
      {foot ? <div className="tile-foot">{foot}</div> : null}
    </section>
  );
}
