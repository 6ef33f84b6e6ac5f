import { compounds } from "@/lib/compounds";
import { blocks, strongParts, type Block } from "@/lib/guide";

/** A course's text: paragraphs, lists, tables, words in bold; nothing else is read out of it. */
export function GuideText({ text }: { text: string }) {
  return <div className="stack tight guide-text">{blocks(compounds(text)).map((block, at) => <Part key={at} block={block} />)}</div>;
}

function Part({ block }: { block: Block }) {
  if (block.kind === "list") return <ul>{block.items.map((item) => <li key={item}><Strong text={item} /></li>)}</ul>;
  if (block.kind === "text") return <p><Strong text={block.text} /></p>;
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label={block.head.join(", ")}>
      <table className="grid">
        <thead><tr>{block.head.map((cell) => <th key={cell} scope="col">{cell}</th>)}</tr></thead>
        <tbody>{block.rows.map((row) => <tr key={row.join()}>{row.map((cell, at) => <td key={at}><Strong text={cell} /></td>)}</tr>)}</tbody>
      </table>
    </div>
  );
}

function Strong({ text }: { text: string }) {
  return <>{strongParts(text).map((part, at) => (at % 2 ? <strong key={at}>{part}</strong> : part))}</>;
}
