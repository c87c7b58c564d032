/**
 * Reads PL/SQL with Oracle's grammar, for the tests that hold the package against the connector.
 *
 * @module
 */
import {
  CharStreams,
  CommonTokenStream,
  type ParserRuleContext,
  PlSQLGrammar,
  PlSqlLexer,
  TerminalNode,
} from "antlr4ts-sql";

/** A parameter of a procedure, or an attribute of a type, in upper case. */
export interface Declared {
  name: string;
  /** `IN`, `OUT`; absent for an attribute. */
  mode?: string;
  /** Without its length: `VARCHAR2`. */
  type: string;
}

/** A call with named arguments: `XXGUSSET_UNIT_REC(ORGANIZATION_ID => U.ORGANIZATION_ID, …)`. */
export interface NamedCall {
  name: string;
  arguments: Record<string, string>;
}

/** A script, parsed. */
export interface Script {
  /** `line:column message` of each error. */
  errors: string[];
  tree: ParserRuleContext;
}

/** Parses a script, in upper case; what is no PL/SQL is in `errors`. */
export function parsePlsql(text: string): Script {
  const errors: string[] = [];
  const listener = {
    syntaxError: (_: unknown, __: unknown, line: number, column: number, message: string) =>
      void errors.push(`${line}:${column} ${message.slice(0, 200)}`),
  };
  // The grammar knows upper case alone, and the package's own case-changing stream loses the text of its tokens.
  const lexer = new PlSqlLexer(CharStreams.fromString(text.toUpperCase()));
  lexer.removeErrorListeners();
  lexer.addErrorListener(listener);
  const parser = new PlSQLGrammar.PlSqlParser(new CommonTokenStream(lexer));
  parser.removeErrorListeners();
  parser.addErrorListener(listener);
  const tree = parser.sql_script();
  return { errors, tree };
}

type Rule = new (...args: never[]) => ParserRuleContext;

/** Every node of a rule below `node`, in order. */
export function* nodes<T extends Rule>(node: ParserRuleContext, rule: T): Generator<InstanceType<T>> {
  for (const child of node.children ?? []) {
    if (child instanceof TerminalNode) continue;
    if (child instanceof rule) yield child as InstanceType<T>;
    yield* nodes(child as ParserRuleContext, rule);
  }
}

const G = PlSQLGrammar;
const bare = (type: string): string => type.replace(/\(\d+\)$/, "");

/** The procedures that a package specification or body holds, with their parameters. */
export function proceduresOf({ tree }: Script): Record<string, Declared[]> {
  const procedures: Record<string, Declared[]> = {};
  for (const rule of [G.Procedure_specContext, G.Procedure_bodyContext]) {
    for (const procedure of nodes(tree, rule)) {
      procedures[procedure.identifier().text] = procedure.parameter().map((parameter) => ({
        name: parameter.parameter_name().text,
        mode: parameter.OUT().length > 0 ? "OUT" : "IN",
        type: bare(parameter.type_spec()!.text),
      }));
    }
  }
  return procedures;
}

/** Object types with their attributes, and collection types as one attribute without a name. */
export function typesOf({ tree }: Script): Record<string, Declared[]> {
  const types: Record<string, Declared[]> = {};
  for (const type of nodes(tree, G.Type_definitionContext)) {
    const name = type.type_name().text;
    const members = [...nodes(type, G.Object_member_specContext)].filter((member) => member.type_spec());
    const [collection] = nodes(type, G.Nested_table_type_defContext);
    types[name] = collection
      ? [{ name: "", type: bare(collection.type_spec().text) }]
      : members.map((member) => ({ name: member.identifier()!.text, type: bare(member.type_spec()!.text) }));
  }
  return types;
}

/** Every call whose name ends with `suffix`, with its named arguments; a positional argument stands under its number. */
export function callsOf(node: ParserRuleContext, suffix: string): NamedCall[] {
  const calls: NamedCall[] = [];
  for (const list of nodes(node, G.Function_argumentContext)) {
    const parent = list.parent as ParserRuleContext;
    const name = parent.text.slice(0, parent.text.indexOf("("));
    if (!name.endsWith(suffix)) continue;
    calls.push({
      name,
      arguments: Object.fromEntries(
        list.argument().map((argument, i) => [
          argument.identifier()?.text ?? String(i),
          argument.expression().text,
        ]),
      ),
    });
  }
  return calls;
}

/** The body of one procedure or function. */
export function bodyOf({ tree }: Script, name: string): ParserRuleContext {
  for (const rule of [G.Procedure_bodyContext, G.Function_bodyContext]) {
    for (const body of nodes(tree, rule)) if (body.identifier().text === name) return body;
  }
  throw new Error(`The package body has no ${name}`);
}
