/**
 * What a line is charged to. Procore takes the cost code with a cost type; where a project's pattern has more segments than these two, it
 * takes a WBS code, which is made of the two where the further segments may be left out.
 *
 * Facts: `GET …/work_breakdown_structure/patterns`; `PATCH …/wbs_codes/bulk_create` gives a code that is there already, too; that a segment item
 * has the id of its cost code or cost type is not documented, and was seen in another connector.
 *
 * @module
 */
import type { Clock } from "../../../engine/clock.ts";
import type { Row } from "../../../engine/connector.ts";
import { asFailure, Failure } from "../../../engine/failure.ts";
import { idNumber } from "../body.ts";
import { said } from "../errors.ts";
import { type Remembered, remembered } from "../remembered.ts";
import type { Rest } from "../rest.ts";
import { folded } from "../rows.ts";

/** Codes in one `bulk_create`: no limit is published, other bulk calls of Procore take 500. */
const BULK = 500;

const WBS = "/rest/v1.0/projects/{project_id}/work_breakdown_structure";

/** Cost code and cost type of a line. */
export interface Pair {
  costCode: string;
  type: string;
}

/** How lines are charged in a project. */
export interface Charges {
  /** The cost type of lines that name none. Throws `config.invalid` where `cost_type` names none or several. */
  defaultType(project: string): Promise<string>;
  /** Whether lines must name a WBS code. */
  wantsCodes(project: string): Promise<boolean>;
  /** The WBS codes of pairs, made where they are missing: `costCode+type` → id, or why there is none. */
  codes(project: string, pairs: readonly Pair[]): Promise<Map<string, string | Failure>>;
}

/** The key of a pair in {@link Charges.codes}. */
export const pairKey = ({ costCode, type }: Pair): string => `${costCode}+${type}`;

interface Pattern {
  costCode: string;
  type: string;
  /** Names of the other segments. */
  others: string[];
  /** Those among them that every code must have. */
  required: string[];
}

/** Opens the charges of a company's projects; what is asked once is remembered. */
export function projectCharges(
  { rest, clock, company_id, cost_type, pageSize }: {
    rest: Rest;
    clock: Clock;
    company_id: string;
    cost_type: string;
    pageSize: number;
  },
): Charges {
  let type: Remembered<string> | undefined;
  const patterns = new Map<string, Remembered<Pattern | undefined>>();
  const made = new Map<string, Map<string, string>>();

  async function findType(project: string): Promise<string> {
    const query = [["company_id", company_id], ["project_id", project]] as const;
    const types: Row[] = [];
    for await (const { rows } of rest.pages({ path: "/rest/v1.0/line_item_types", query, perPage: pageSize })) {
      types.push(...rows);
    }
    const matches =
      ["code", "name", "base_type"].map((field) => types.filter((row) => folded(row[field]) === folded(cost_type)))
        .find(({ length }) => length > 0) ?? [];
    if (matches.length === 1) return matches[0].id as string;
    throw new Failure("config.invalid", {
      fact: matches.length === 0
        ? "No cost type of the company has this code, name or base type"
        : `${matches.length} cost types of the company match it: ${matches.map(({ code }) => code).join(", ")}`,
      value: cost_type,
      place: "connections.yaml, setting cost_type",
      action: `Set it to the code of one of them: ${types.map(({ code, name }) => `${code} (${name})`).join(", ")}.`,
    });
  }

  async function readPattern(project: string): Promise<Pattern | undefined> {
    const path = `${WBS.replace("{project_id}", project)}/patterns`;
    let value;
    try {
      value = (await rest.call({ method: "GET", path, route: `${WBS}/patterns` })).value as Row | null;
    } catch (error) {
      const { code } = asFailure(error);
      // An app that may not look at the pattern gets along with cost codes as long as Procore lets it.
      if (code === "permission.missing" || code === "remote.refused") return undefined;
      throw error;
    }
    const segments = Array.isArray(value?.segments) ? value.segments as Row[] : [];
    const [costCode, type] = ["cost_code", "line_item_type"].map((kind) =>
      segments.find((one) => one.type === kind)?.id
    );
    if (typeof costCode !== "string" || typeof type !== "string") return undefined;
    const others = segments.filter((one) => one.type !== "cost_code" && one.type !== "line_item_type");
    const named = (rows: Row[]) => rows.map(({ name }) => String(name));
    return {
      costCode,
      type,
      others: named(others),
      required: named(others.filter(({ required }) => required === true)),
    };
  }

  function patternOf(project: string): Promise<Pattern | undefined> {
    const known = patterns.get(project) ?? remembered(clock, () => readPattern(project));
    patterns.set(project, known);
    return known.get();
  }

  async function make(project: string, pattern: Pattern, pairs: Pair[], into: Map<string, string | Failure>) {
    const path = `${WBS.replace("{project_id}", project)}/wbs_codes/bulk_create`;
    const bulk = pairs.map((pair) => ({
      segment_items: [
        {
          segment_id: idNumber(pattern.costCode, "segment_id"),
          segment_item_id: idNumber(pair.costCode, "cost_code_id"),
        },
        { segment_id: idNumber(pattern.type, "segment_id"), segment_item_id: idNumber(pair.type, "line_item_type_id") },
      ],
    }));
    const route = `${WBS}/wbs_codes/bulk_create`;
    const { value } = await rest.call({ method: "PATCH", path, route, body: { bulk } });
    const { entities, errors } = (value ?? {}) as Row;
    const known = made.get(project) ?? new Map<string, string>();
    made.set(project, known);
    for (const { id, segment_items } of rows(entities)) {
      const ids = rows(segment_items).map((item) => item.id);
      const pair = pairs.find(({ costCode, type }) => ids.includes(costCode) && ids.includes(type));
      if (pair && typeof id === "string") known.set(pairKey(pair), id);
    }
    for (const pair of pairs) {
      const id = known.get(pairKey(pair));
      const why = rows(errors).find(({ segment_items }) =>
        rows(segment_items).some((item) => item.segment_item_id === pair.costCode)
      );
      into.set(pairKey(pair), id ?? noCode(pair, `Procore made no WBS code of it${why ? `: ${said(why)}` : ""}`));
    }
  }

  return {
    defaultType: (project) => (type ??= remembered(clock, () => findType(project))).get(),
    wantsCodes: async (project) => ((await patternOf(project))?.others.length ?? 0) > 0,
    async codes(project, pairs) {
      const found = new Map<string, string | Failure>();
      const pattern = await patternOf(project);
      if (!pattern) return found;
      const missing = new Map<string, Pair>();
      for (const pair of pairs) {
        const id = made.get(project)?.get(pairKey(pair));
        if (id !== undefined) found.set(pairKey(pair), id);
        else if (pattern.required.length === 0) missing.set(pairKey(pair), pair);
        else {
          const segments = pattern.required.join(", ");
          found.set(pairKey(pair), noCode(pair, `Every WBS code of project ${project} must have a ${segments}, too`));
        }
      }
      const wanted = [...missing.values()];
      for (let at = 0; at < wanted.length; at += BULK) await make(project, pattern, wanted.slice(at, at + BULK), found);
      return found;
    },
  };
}

const rows = (value: unknown): Row[] => Array.isArray(value) ? value as Row[] : [];

function noCode({ costCode, type }: Pair, fact: string): Failure {
  return new Failure("record.refused", {
    fact,
    value: `cost code ${costCode} with cost type ${type}`,
    place: "purchase_order_contracts, field line_items",
    action: "Map wbs_code_id, or let the project's pattern do without that segment, then `gusset rejected retry`.",
  });
}
