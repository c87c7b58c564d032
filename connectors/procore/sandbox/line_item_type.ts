/**
 * Line item types, which the user interface calls cost types. They are written with `csv_import_code` and read with `code`.
 *
 * @module
 */
import { Hono } from "hono";
import { type Errors, invalid, json, notFound } from "./answers.ts";
import { type AttributeKinds, changed, type Given, readAttributes } from "./attributes.ts";
import { bodyOf, type Call, companyOf, type Env, idOf, projectOf, wrapped } from "./guard.ts";
import { list } from "./listing.ts";
import type { Company, State } from "./state.ts";
import { sync, type Syncable, type Written } from "./sync.ts";
import { type Table, table } from "./table.ts";

/** A line item type. Its id is also the id of its segment item. */
export interface LineItemType {
  id: number;
  name: string;
  code: string;
  base_type: string;
  origin_id: string | null;
  origin_data: string | null;
  status: "active" | "inactive";
  created_at: string;
  updated_at: string;
}

const BASE_TYPES = ["labor", "equipment", "materials", "commitment", "owner_cost", "professional_services", "other"];

/** What a new company has. */
export const USUAL_TYPES: readonly Pick<LineItemType, "code" | "name" | "base_type">[] = [
  { code: "L", name: "Labor", base_type: "labor" },
  { code: "E", name: "Equipment", base_type: "equipment" },
  { code: "M", name: "Materials", base_type: "materials" },
  { code: "S", name: "Commitment", base_type: "commitment" },
  { code: "OC", name: "Owner Cost", base_type: "owner_cost" },
  { code: "SVC", name: "Professional Services", base_type: "professional_services" },
  { code: "O", name: "Other", base_type: "other" },
];

const KINDS: AttributeKinds = {
  name: "text",
  csv_import_code: "text",
  base_type: "text",
  origin_id: "key",
  origin_data: "long",
};

/** The line item types of a company. */
export function lineItemTypeTable(): Table<LineItemType> {
  return table<LineItemType>({ origin_id: (row) => row.origin_id ?? undefined, code: (row) => row.code });
}

/** How line item types of a company are found and written. */
export function lineItemTypesOf({ lineItemTypes }: Company, state: State): Syncable<LineItemType> {
  function write(row: LineItemType | undefined, given: Given): Written<LineItemType> {
    const { values: { csv_import_code, ...values }, errors } = readAttributes(KINDS, given);
    if (csv_import_code !== undefined) values.code = csv_import_code;
    const wrong = { ...errorsOf(row, values), ...errors };
    if (Object.keys(wrong).length > 0) return { errors: wrong };
    if (!row) return { row: lineItemTypes.insert(newLineItemType(state, values)) };
    const changes = changed(row, values);
    return { row: changes ? lineItemTypes.update(row, { ...changes, updated_at: state.now() }) : row };
  }

  function errorsOf(row: LineItemType | undefined, values: Given): Errors {
    const errors: Errors = {};
    const now = { base_type: "other", ...row, ...values } as Partial<LineItemType>;
    if (!now.name) errors.name = ["can't be blank"];
    if (!now.code) errors.csv_import_code = ["can't be blank"];
    for (const [index, field] of [["code", "csv_import_code"], ["origin_id", "origin_id"]]) {
      const holder = values[index] ? lineItemTypes.find(index, values[index] as string) : undefined;
      if (holder && holder !== row) errors[field] = ["has already been taken"];
    }
    if (!BASE_TYPES.includes(now.base_type!)) errors.base_type = ["is not included in the list"];
    return errors;
  }

  return {
    byId: lineItemTypes.get,
    byOrigin: (originId) => lineItemTypes.find("origin_id", originId),
    create: (given) => write(undefined, given),
    update: write,
    show: showLineItemType,
  };
}

/** A new line item type with the values given. */
export function newLineItemType(state: State, values: Given): LineItemType {
  const now = state.now();
  return {
    id: state.nextId("line_item_type"),
    name: values.name as string,
    code: values.code as string,
    base_type: values.base_type as string ?? "other",
    origin_id: values.origin_id as string ?? null,
    origin_data: values.origin_data as string ?? null,
    status: "active",
    created_at: now,
    updated_at: now,
  };
}

/** Shows a line item type. */
export function showLineItemType(row: LineItemType): Record<string, unknown> {
  const { id, name, code, base_type, origin_data, origin_id } = row;
  return { id, name, code, base_type, origin_data, origin_id };
}

/** The routes; the scope is a company or one of its projects. */
export function lineItemTypeRoutes(state: State): Hono<Env> {
  const app = new Hono<Env>();
  const scope = (c: Call, body?: Given): Company => {
    if (c.req.query("project_id") === undefined) return companyOf(c, body);
    projectOf(c);
    return c.get("company");
  };
  const answer = (written: Written<LineItemType>, status = 200): Response => {
    if ("errors" in written) throw invalid(written.errors);
    return json(showLineItemType(written.row), status);
  };
  const find = (company: Company, id: number): LineItemType => {
    const row = company.lineItemTypes.get(id);
    if (!row) throw notFound("Line item type");
    return row;
  };

  app.get("/rest/v1.0/line_item_types", (c) => {
    const { lineItemTypes } = scope(c);
    return list(c.req.url, {
      table: lineItemTypes,
      scope: "all",
      filters: { origin_id: { find: (originId) => lineItemTypes.find("origin_id", originId) } },
      render: showLineItemType,
    });
  });
  app.post("/rest/v1.0/line_item_types", async (c) => {
    const body = await bodyOf(c);
    return answer(lineItemTypesOf(scope(c, body), state).create(wrapped(body, "line_item_type")), 201);
  });
  app.patch("/rest/v1.0/line_item_types/sync", async (c) => {
    const body = await bodyOf(c);
    return json(sync(lineItemTypesOf(scope(c, body), state), body.updates));
  });
  app.get("/rest/v1.0/line_item_types/:id{\\d+}", (c) => answer({ row: find(scope(c), idOf(c)) }));
  app.patch("/rest/v1.0/line_item_types/:id{\\d+}", async (c) => {
    const body = await bodyOf(c);
    const company = scope(c, body);
    return answer(lineItemTypesOf(company, state).update(find(company, idOf(c)), wrapped(body, "line_item_type")));
  });
  return app;
}
