/**
 * The lines of one contract on their way: charged, synced in one call, and removed one by one, since line sync never deletes.
 *
 * @module
 */
import type { Change, Row } from "../../../engine/connector.ts";
import { Failure } from "../../../engine/failure.ts";
import { idNumber } from "../body.ts";
import type { Rest } from "../rest.ts";
import { sync, type SyncAction } from "../sync.ts";
import { type Charges, type Pair, pairKey } from "./charges.ts";
import { type Contract, placeOf } from "./plan.ts";

const ROUTE = "/rest/v1.0/purchase_order_contracts/{purchase_order_contract_id}/line_items";

/** Refused lines that a message names; the rest is counted. */
const NAMED = 3;

/** Gives each line that is to be synced its charge: the default cost type, or a WBS code. What cannot be charged fails its contract. */
export async function chargeLines(charges: Charges, project: string, contracts: readonly Contract[]): Promise<void> {
  const charged = (line: Row) => typeof line.cost_code_id === "string" && !line.wbs_code_id;
  const todo = contracts.filter(({ lines }) => lines.some(charged));
  if (todo.length === 0) return;
  const wantsCodes = await charges.wantsCodes(project);
  for (const contract of todo) {
    for (const line of contract.lines) {
      if (charged(line)) line.line_item_type_id ||= await charges.defaultType(project);
    }
  }
  if (!wantsCodes) return;
  const pairOf = (line: Row): Pair => ({
    costCode: line.cost_code_id as string,
    type: line.line_item_type_id as string,
  });
  const pairs = todo.flatMap(({ lines }) => lines.filter(charged).map(pairOf));
  const codes = await charges.codes(project, pairs);
  for (const contract of todo) {
    contract.lines = contract.lines.map((line) => {
      if (!charged(line)) return line;
      const code = codes.get(pairKey(pairOf(line)));
      if (code instanceof Failure) contract.failure ??= lineFailure(contract, [{ line, why: code }]);
      const { cost_code_id: _, line_item_type_id: __, ...rest } = line;
      return typeof code === "string" ? { ...rest, wbs_code_id: code } : line;
    });
  }
}

/**
 * Syncs and removes a contract's lines. A line that is refused fails the contract. Throws where the connection is at fault, or the fate of a
 * call is unknown.
 */
export async function writeLines(rest: Rest, project: string, contract: Contract, bulk: number): Promise<void> {
  const id = contract.id!;
  idNumber(id, "id");
  const path = ROUTE.replace("{purchase_order_contract_id}", id);
  if (contract.lines.length > 0) {
    const action: SyncAction = {
      stream: `lines of ${placeOf(contract)}:`,
      path: `${path}/sync`,
      route: `${ROUTE}/sync`,
      query: [["project_id", project]],
      ids: ["cost_code_id", "line_item_type_id", "wbs_code_id"],
      unique: [],
      bulk,
      rowOf: (raw) => raw,
    };
    const changes = contract.lines.map(({ id: line, ...fields }): Change =>
      line === undefined ? { action: "create", fields } : { action: "update", id: line as string, fields }
    );
    const outcomes = await sync(rest, action, changes);
    const refused = contract.lines.flatMap((line, i) => {
      const outcome = outcomes[i];
      return outcome.ok ? [] : [{ line, why: outcome.failure }];
    });
    if (refused.length > 0) return void (contract.failure = lineFailure(contract, refused));
  }
  for (const line of contract.remove) {
    idNumber(line, "line id");
    const route = `${ROUTE}/{id}`;
    // 404: it is gone already, which is what is wanted.
    await rest.call({
      method: "DELETE",
      path: `${path}/${line}`,
      route,
      query: [["project_id", project]],
      expect: [404],
    });
  }
}

/** Tells which lines were refused and why. */
function lineFailure(contract: Contract, refused: readonly { line: Row; why: Failure }[]): Failure {
  const told = refused.slice(0, NAMED).map(({ line, why }) => {
    const name = [line.origin_id, line.description].filter((text) => typeof text === "string" && text !== "").join(
      ", ",
    );
    return `${name} (${why.message})`;
  });
  const more = refused.length > NAMED ? `, and ${refused.length - NAMED} more` : "";
  const [{ why }] = refused;
  return new Failure("contract.incomplete", {
    fact: `${refused.length} of ${contract.wanted?.length ?? contract.lines.length} lines cannot be placed, so that ` +
      `the contract is not approved: ${told.join("; ")}${more}`,
    value: why.value,
    place: placeOf(contract),
    action: why.code === "record.refused" && why.action.startsWith("Map") ? why.action : undefined,
  });
}
