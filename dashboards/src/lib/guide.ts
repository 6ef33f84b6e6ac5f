/** Finding the step that explains a field, and reading the few signs of a course's text. */
import type { Course, CourseStep } from "@/api/guide";

/** What somebody is asking about: a stream by kind and item (`fuel/coal`) or by its type's key, and a field of it. */
export interface Asked {
  step?: string | undefined;
  stream?: string | undefined;
  field?: string | undefined;
  /** What was said: the name of a remark or of a refusal. */
  about?: string | undefined;
}

/** The step named, else the one of what was said, of the field of the stream, the stream, the field; else the first. */
export function stepFor(course: Pick<Course, "steps" | "streams">, asked: Asked): CourseStep | undefined {
  const named = course.steps.find((step) => step.key === asked.step);
  if (named) return named;
  const said = asked.about ? course.steps.find((step) => step.about.includes(asked.about!)) : undefined;
  if (said) return said;
  const field = plainField(asked.field);
  const key = keyOf(course, asked.stream ?? "");
  const about = course.steps.filter((step) => step.streams.includes(key));
  const ofField = (steps: readonly CourseStep[]) => (field ? steps.find((step) => step.fields.includes(field)) : undefined);
  return ofField(about) ?? about[0] ?? ofField(course.steps) ?? course.steps[0];
}

/** `balance.sold` is the balance, a second source the quantity's; a refusal may name a field with its stream before it. */
export function plainField(field: string | undefined): string {
  if (!field) return "";
  if (/(^|\.)balance(\.|$)/.test(field)) return "balance";
  const name = field.split(".").at(-1) ?? "";
  return name === "second" ? "quantity" : name;
}

function keyOf(course: Pick<Course, "streams">, stream: string): string {
  const [kind, item] = stream.split("/");
  return course.streams.find((each) => each.key === stream || (each.kind === kind && item !== undefined && each.items.includes(item)))?.key ?? "";
}

export type Block = { kind: "text"; text: string } | { kind: "list"; items: string[] } | { kind: "table"; head: string[]; rows: string[][] };

/** Paragraphs, lists with a dash and tables with bars; everything else is text. */
export function blocks(text: string): Block[] {
  const groups: { kind: Block["kind"]; lines: string[] }[] = [];
  for (const paragraph of text.split(/\n\s*\n/)) {
    let before: Block["kind"] | null = null;
    for (const line of paragraph.trim().split("\n").filter(Boolean)) {
      const kind = line.startsWith("- ") ? "list" : line.startsWith("|") ? "table" : "text";
      if (kind === before) groups.at(-1)!.lines.push(line);
      else groups.push({ kind, lines: [line] });
      before = kind;
    }
  }
  return groups.map(block);
}

function block({ kind, lines }: { kind: Block["kind"]; lines: string[] }): Block {
  if (kind === "list") return { kind, items: lines.map((line) => line.slice(2)) };
  if (kind === "text") return { kind, text: lines.join("\n") };
  // The second line of a table is the rule under its head.
  const [head, , ...rows] = lines.map(cells);
  return { kind, head: head!, rows };
}

function cells(line: string): string[] {
  return line.replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());
}

/** A text's parts, every second one strong. */
export function strongParts(text: string): string[] {
  return text.split("**");
}
