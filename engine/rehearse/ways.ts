/**
 * The ways through an expression: both branches of every `? :`, and in a condition each operand that decides it. Each is given as
 * a condition of its own, so that it can be judged beside the expression.
 *
 * @module
 */
import type { ASTNode } from "@marcbachmann/cel-js";
import { scopeOf } from "../pipeline/cel/environment.ts";

/** A way through an expression. */
export interface Way {
  /** Tells it from the expression's other ways. */
  way: string;
  /** CEL: true where the expression takes it. */
  when: string;
  /** The operand that decides, in characters of the expression. */
  start: number;
  /** Behind its last character. */
  end: number;
  /** Its text on one line. */
  text: string;
  /** What it is then. */
  truth: boolean;
}

const NO_VARIABLES = {};
const COMPREHENSIONS = new Set(["all", "exists", "exists_one", "map", "filter"]);

/** Puts a condition into what surrounds it in its expression. */
type Wrap = (condition: string) => string;

/** The ways through an expression that `check` has let pass; `condition` where all it gives is true or false. */
export function waysOf(expression: string, { condition }: { condition: boolean }): Way[] {
  const ways: Way[] = [];
  const source = ({ start, end }: ASTNode): string => balanced(expression, start, end);
  const add = (node: ASTNode, truth: boolean, wrap: Wrap): void => {
    const { start, end } = node;
    const text = source(node).replace(/\s+/g, " ");
    const when = wrap(truth ? `(${source(node)})` : `!(${source(node)})`);
    ways.push({ way: `${start}-${end} ${truth}`, when, start, end, text, truth });
  };
  const and = (wrap: Wrap, node: ASTNode): Wrap => (inner) => wrap(`((${source(node)}) && ${inner})`);
  const not = (wrap: Wrap, node: ASTNode): Wrap => (inner) => wrap(`(!(${source(node)}) && ${inner})`);

  /** Every operand of a chain, where it alone decides: those before it leave the question open. */
  function decide(node: ASTNode, wrap: Wrap): void {
    if (node.op !== "&&" && node.op !== "||") return;
    let open = wrap;
    for (const operand of chain(node, node.op)) {
      add(operand, node.op === "||", open);
      decide(operand, open);
      open = node.op === "&&" ? and(open, operand) : not(open, operand);
    }
  }

  function visit(node: ASTNode, wrap: Wrap): void {
    // deno-lint-ignore no-explicit-any -- cel-js types arguments per operator; a walk is easier with one loose view of them
    const args = node.args as any;
    if (node.op === "?:") {
      const [asked, then, otherwise] = args as ASTNode[];
      add(asked, true, wrap);
      add(asked, false, wrap);
      visit(asked, wrap);
      visit(then, and(wrap, asked));
      visit(otherwise, not(wrap, asked));
    } else if (node.op === "&&" || node.op === "||") {
      visit(args[0], wrap);
      visit(args[1], (node.op === "&&" ? and : not)(wrap, args[0]));
    } else if (node.op === "rcall" && args[0] === "bind" && args[2].length === 3) {
      const [name, value, body] = args[2] as ASTNode[];
      visit(value, wrap);
      visit(body, (inner) => wrap(`cel.bind(${source(name)}, ${source(value)}, ${inner})`));
    } else if (node.op === "rcall" && COMPREHENSIONS.has(args[0]) && args[2].length > 1) {
      const [name, ...bodies] = args[2] as ASTNode[];
      visit(args[1], wrap);
      for (const body of bodies) {
        visit(body, (inner) => wrap(`(${source(args[1])}).exists(${source(name)}, ${inner})`));
      }
    } else for (const below of nodesIn(args)) visit(below, wrap);
  }

  const root = scopeOf(NO_VARIABLES).environment.parse(expression).ast;
  if (condition) decide(root, (inner) => inner);
  visit(root, (inner) => inner);
  return ways;
}

/** The text of a node. A parenthesis that it opens belongs to it, though cel-js ends `!(a)` before the last one. */
function balanced(expression: string, start: number, end: number): string {
  const text = expression.slice(start, end);
  const bare = text.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, "");
  const open = bare.split("(").length - bare.split(")").length;
  return open > 0 ? text + ")".repeat(open) : text;
}

/** `a && b && c` is one chain of three. */
function chain(node: ASTNode, op: string): ASTNode[] {
  if (node.op !== op) return [node];
  const [left, right] = node.args as [ASTNode, ASTNode];
  return [...chain(left, op), ...chain(right, op)];
}

function nodesIn(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(nodesIn);
  return typeof args === "object" && args !== null && "op" in args ? [args as ASTNode] : [];
}
