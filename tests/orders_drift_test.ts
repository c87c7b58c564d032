import type { Row } from "../engine/connector.ts";
import type { House } from "./support/house.ts";
import { amount, before, edits, leaves, playOut, type Scenario } from "./support/order_changes.ts";
import { lineId, orderPipelines, PROJECTS } from "./support/orders.ts";

const POD = (nth: number): string => `EBS-POD-${lineId(1, nth)}-${PROJECTS["DEN-1"]}`;

/** A person opens the contract, does something to its lines, and approves it again. */
const opens =
  (inside: (home: House, contract: Row, lines: Row[]) => Promise<unknown>) => async (home: House, contract: Row) => {
    await edits({ status: "Draft" })(home, contract);
    const lines = (await home.rows("procore", "purchase_order_contract_line_items")).filter((row) =>
      row.purchase_order_contract_id === contract.id
    );
    await inside(home, contract, lines);
    await edits({ status: "Approved" })(home, contract);
  };
const lineOf = (lines: Row[], nth: number): string => lines.find((row) => row.origin_id === POD(nth))!.id as string;
const addsOwnLine = opens(async (home, { id }, [{ wbs_code }]) => {
  const fields = { purchase_order_contract_id: id, amount: "5", wbs_code_id: (wbs_code as Row).id };
  await home.control("procore", "touch", { table: "purchase_order_contract_line_items", fields });
});

const pipelines = (drift: string) =>
  orderPipelines({ "purchase-orders": [["drift: keep # what", `drift: ${drift} # what`]] });
const [overwrite, reject] = [pipelines("overwrite"), pipelines("reject")];

const SCENARIOS: Scenario[] = [
  {
    name: "a person has added a line, which stays, and Oracle takes one away",
    person: addsOwnLine,
    oracle: leaves(2),
    word: "update",
    stands: { total: "45", lines: { 1: "10", 3: "30", "-": "5" } },
  },
  {
    name: "a person has renamed it, and nobody looks",
    person: edits({ title: "By hand" }),
    word: undefined,
    stands: { ...before, title: "By hand" },
  },
  {
    name: "a person has renamed it: kept, while what Oracle changes goes through",
    person: edits({ title: "By hand" }),
    oracle: amount(1, "11"),
    word: "update",
    stands: { total: "61", lines: { ...before.lines, 1: "11" }, title: "By hand" },
  },
  {
    name: "a person has renamed it: overwritten where the pipeline says so",
    project: overwrite,
    person: edits({ title: "By hand" }),
    verify: true,
    word: "update",
    stands: { ...before, title: "Order 1 of the test" },
  },
  {
    name: "a person has renamed it: rejected where the pipeline says so",
    project: reject,
    person: edits({ title: "By hand" }),
    oracle: amount(1, "11"),
    word: "rejected",
    told: /^drift\.rejected A person changed title/,
    stands: { ...before, title: "By hand" },
  },
  {
    name: "a person has changed a line: kept, while another line that Oracle changes goes through",
    person: opens((home, _, lines) =>
      home.touch("procore", "purchase_order_contract_line_items", lineOf(lines, 2), { amount: "22" })
    ),
    oracle: amount(1, "11"),
    word: "update",
    stands: { total: "63", lines: { ...before.lines, 1: "11", 2: "22" } },
  },
  {
    name: "a person has changed a line: overwritten where the pipeline says so",
    project: overwrite,
    person: opens((home, _, lines) =>
      home.touch("procore", "purchase_order_contract_line_items", lineOf(lines, 2), { amount: "22" })
    ),
    verify: true,
    word: "update",
    stands: before,
  },
  {
    name: "a person has changed a line: rejected where the pipeline says so",
    project: reject,
    person: opens((home, _, lines) =>
      home.touch("procore", "purchase_order_contract_line_items", lineOf(lines, 2), { amount: "22" })
    ),
    verify: true,
    word: "rejected",
    told: /^drift\.rejected A person changed line_items/,
    stands: { total: "62", lines: { ...before.lines, 2: "22" } },
  },
  {
    name: "a person has removed a line of ours: it stays away, while another that Oracle changes goes through",
    person: opens((home, _, lines) =>
      home.touch("procore", "purchase_order_contract_line_items", lineOf(lines, 2), { deleted_at: "now" })
    ),
    oracle: amount(1, "11"),
    word: "update",
    stands: { total: "41", lines: { 1: "11", 3: "30" } },
  },
  {
    name: "a person has removed a line of ours: put back where the pipeline says so",
    project: overwrite,
    person: opens((home, _, lines) =>
      home.touch("procore", "purchase_order_contract_line_items", lineOf(lines, 2), { deleted_at: "now" })
    ),
    verify: true,
    word: "update",
    stands: before,
  },
  {
    name: "a person has deleted the contract",
    person: async (home, contract) => {
      await edits({ status: "Draft" })(home, contract);
      await edits({ deleted_at: "now" })(home, contract);
    },
    oracle: amount(1, "11"),
    word: "rejected",
    told: /^record\.gone .*not made again unseen/,
    stands: null,
  },
];

SCENARIOS.forEach(playOut);
