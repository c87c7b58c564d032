/**
 * The demonstration: what happens between the invented company's two systems, scene by scene. Commands are what a person would
 * type; edits are what people do in the systems meanwhile.
 *
 * @module
 */
import type { Row } from "../../engine/connector.ts";
import { sameDecimal, sum } from "../../engine/decimal.ts";
import { accountantPosts, changeOrder, lastMonth, payablesInvoice, thisMonth } from "./story_money.ts";

/** Gives the rows that a system's table holds now. */
type Rows = (connector: string, table: string) => Promise<Row[]>;

/** What a person changes, and the sentence that tells it. */
interface Edit {
  key?: string;
  fields: Row;
  says: string;
}

interface Touch {
  connector: string;
  table: string;
  edit: (rows: Rows) => Promise<Edit>;
}

/** One scene: a heading, why it is worth seeing, edits, commands. */
export interface Scene {
  title: string;
  why?: string;
  touches?: readonly Touch[];
  switches?: readonly { connector: string; path: string; body: Record<string, unknown>; says: string }[];
  people?: readonly { name: string; role: string }[];
  rewrites?: readonly { file: string; from: string; to: string; says: string }[];
  commands?: readonly (readonly string[] | { as: string; args: readonly string[] })[];
}

const JOURNALS = "requisition-journals";

/** The scenes, in order. */
export const story: readonly Scene[] = [
  {
    title: "Are the pipelines right?",
    why: "Every name, type, link and schedule is checked against both systems' schemas before anything runs.",
    touches: [{ connector: "procore", table: "companies", edit: liftLimits }],
    commands: [["check"]],
  },
  {
    title: "What would happen?",
    why: "A dry run reads both systems and shows each change, field by field. It writes nothing, anywhere.",
    commands: [["dry-run", "--all", "--show", "2"]],
  },
  {
    title: "Let it happen",
    why:
      "Projects find their twins, suppliers become vendors, the accounts a project uses become its cost codes, and " +
      "approved orders become contracts with their lines.",
    commands: [["run", "--all", "--show", "1"]],
  },
  {
    title: "Some look like twins by their name alone: a person decides",
    why: "Nothing is taken over silently. One word, and the next run links them instead of making doubles.",
    commands: [
      ["adopt", "list", "vendors", "--limit", "2"],
      ["adopt", "accept", "vendors", "--all"],
      ["adopt", "accept", "cost-codes", "--all"],
      ["run", "vendors", "cost-codes", "--show", "2"],
    ],
  },
  {
    title: "Meanwhile, people work in both systems",
    why: "Only what changed is read, and only the difference is written. What waited for the new project is woken.",
    touches: [
      { connector: "ebs", table: "AP_SUPPLIERS", edit: renameSupplier },
      { connector: "ebs", table: "AP_SUPPLIERS", edit: endSupplier },
      { connector: "procore", table: "projects", edit: createProject },
    ],
    commands: [["run", "--all", "--show", "2"]],
  },
  {
    title: "Orders change in Oracle",
    why:
      "A plan shows a changed order as a tree, and what it does to the contract's value. What was billed is not touched.",
    touches: [
      { connector: "ebs", table: "PO_LINES_ALL", edit: raiseOrder },
      { connector: "procore", table: "purchase_order_contracts", edit: billContract },
      { connector: "ebs", table: "PO_LINES_ALL", edit: raiseBilledOrder },
    ],
    commands: [["dry-run", "purchase-orders"], ["run", "purchase-orders"]],
  },
  {
    title: "Somebody edits in Procore what Oracle owns",
    why: "--verify compares even what is unchanged in Oracle, and shows what was changed at the other end.",
    touches: [{ connector: "procore", table: "vendors", edit: moveVendor }],
    commands: [["dry-run", "vendors", "--full", "--verify"], ["run", "vendors", "--full", "--verify"]],
  },
  {
    title: "And again",
    why: "Nothing has changed, so nothing is written.",
    commands: [["run", "--all"], ["status"]],
  },
  {
    title: "Costs come home: what Procore certifies becomes journals",
    why: "A pipeline that posts begins as a shadow: it shows the journals, debit and credit, and sends nothing.",
    switches: [{
      connector: "ebs",
      path: "gateway",
      body: { import_pending_seconds: 0, import_running_seconds: 0 },
      says: "Oracle's concurrent manager takes ten seconds for an import; the demonstration has it hurry.",
    }],
    touches: lastMonth,
    commands: [["dry-run", JOURNALS, "--show", "2"]],
  },
  {
    title: "Going live takes a line in the file and a recorded act; posting takes a second person",
    people: [{ name: "ada", role: "admin" }, { name: "felix", role: "approver" }],
    rewrites: [{
      file: `${JOURNALS}.yaml`,
      from: "mode: shadow",
      to: "mode: live",
      says: `In ${JOURNALS}.yaml, mode: shadow becomes mode: live`,
    }],
    commands: [
      { as: "felix", args: ["live", JOURNALS, "--why", "The dry run was read line by line"] },
      { as: "ada", args: ["run", JOURNALS, "--show", "1"] },
      { as: "felix", args: ["approve", JOURNALS, "--why", "As the sites certified it"] },
      { as: "ada", args: ["run", JOURNALS, "--show", "2"] },
    ],
  },
  {
    title: "The next month: work goes on, payables invoice an order, and its accrual goes",
    why: "What payables have booked is given back by itself: a cost stands in the ledger once.",
    touches: [...thisMonth, ...payablesInvoice],
    commands: [
      { as: "ada", args: ["run", JOURNALS, "--show", "1"] },
      { as: "felix", args: ["approve", JOURNALS] },
      { as: "ada", args: ["run", JOURNALS, "--show", "2"] },
    ],
  },
  {
    title: "The books of the month, as a controller signs them",
    touches: accountantPosts,
    commands: [
      { as: "ada", args: ["run", JOURNALS] },
      { as: "ada", args: ["postings", "list", "--limit", "4"] },
      { as: "ada", args: ["reconcile", "--period", "{month}"] },
      { as: "felix", args: ["audit", "verify"] },
    ],
  },
  {
    title: "A change order is approved in Procore: purchasing is told what to amend in Oracle",
    why:
      "It is no cost yet: what is billed of it comes with requisitions. Where Gusset serves, a webhook tells it at once.",
    touches: changeOrder.slice(0, 1),
    commands: [{ as: "ada", args: ["run", "change-order-journals"] }, { as: "ada", args: ["inbox"] }],
  },
];

const text = (value: unknown): string => typeof value === "string" ? value.trim() : "";

/** The first row that fits; the invented company has one of every kind that is looked for. */
function first(rows: readonly Row[], what: string, fits: (row: Row) => boolean): Row {
  const found = rows.find(fits);
  if (!found) throw new Error(`The invented company has no ${what}`);
  return found;
}

/** An active supplier of no special kind: the shipped pipeline carries it over. */
const ordinary = (row: Row): boolean =>
  text(row.VENDOR_TYPE_LOOKUP_CODE) === "VENDOR" && text(row.END_DATE_ACTIVE) === "" && text(row.ONE_TIME_FLAG) !== "Y";

async function liftLimits(rows: Rows): Promise<Edit> {
  const [company] = await rows("procore", "companies");
  return {
    key: text(company.id),
    fields: { hourly_limit: "unlimited", spike_limit: "unlimited" },
    says: `Procore lets ${text(company.spike_limit)} calls pass in ten seconds, and the sandbox keeps to it. ` +
      "The demonstration lifts it: it would only be waiting.",
  };
}

async function renameSupplier(rows: Rows): Promise<Edit> {
  const row = first(await rows("ebs", "AP_SUPPLIERS"), "ordinary supplier", ordinary);
  const name = `${text(row.VENDOR_NAME)} Holdings`;
  return {
    key: text(row.VENDOR_ID),
    fields: { VENDOR_NAME: name },
    says: `In Oracle, supplier ${text(row.SEGMENT1)} is renamed: ${text(row.VENDOR_NAME)} is now ${name}`,
  };
}

async function endSupplier(rows: Rows): Promise<Edit> {
  const vendors = new Map((await rows("procore", "vendors")).map((vendor) => [text(vendor.origin_id), vendor]));
  const linked = (row: Row): boolean => vendors.has(`EBS-V-${text(row.VENDOR_ID)}`);
  const row = (await rows("ebs", "AP_SUPPLIERS")).findLast((row) => ordinary(row) && linked(row));
  if (!row) throw new Error("No ordinary supplier was linked");
  return {
    key: text(row.VENDOR_ID),
    fields: { END_DATE_ACTIVE: "2020-12-31T00:00:00" },
    says: `In Oracle, supplier ${text(row.SEGMENT1)}, ${text(row.VENDOR_NAME)}, is end-dated`,
  };
}

/** The project in Oracle that orders wait for, and that nobody has made in Procore yet. */
async function createProject(rows: Rows): Promise<Edit> {
  const there = new Set((await rows("procore", "projects")).map((project) => text(project.project_number)));
  const used = new Set((await rows("ebs", "PO_DISTRIBUTIONS_ALL")).map((line) => text(line.PROJECT_ID)));
  const row = first(
    await rows("ebs", "PA_PROJECTS_ALL"),
    "project with orders that Procore lacks",
    (row) => used.has(text(row.PROJECT_ID)) && !there.has(text(row.SEGMENT1)),
  );
  return {
    fields: { name: text(row.LONG_NAME) || text(row.NAME), project_number: text(row.SEGMENT1), active: true },
    says: `In Procore, somebody creates the project ${text(row.SEGMENT1)}, ${text(row.NAME)}: Oracle has orders for it`,
  };
}

async function moveVendor(rows: Rows): Promise<Edit> {
  const row = first(
    await rows("procore", "vendors"),
    "linked vendor with a city",
    (row) => text(row.origin_id).startsWith("EBS-V-") && text(row.city) !== "" && row.is_active === true,
  );
  const city = text(row.city) === "Aspen" ? "Vail" : "Aspen";
  return {
    key: text(row.id),
    fields: { city },
    says: `In Procore, ${text(row.name)} is moved from ${text(row.city)} to ${city}`,
  };
}

/** An approved contract of one order, and a line of that order which is matched by amount. */
interface Ordered {
  contract: Row;
  line: Row;
  order: Row;
}

/** The contracts that came from Oracle, each with a line of its order that a person can change by its amount. */
async function ordered(rows: Rows): Promise<Ordered[]> {
  const orders = new Map((await rows("ebs", "PO_HEADERS_ALL")).map((order) => [text(order.PO_HEADER_ID), order]));
  const lines = Map.groupBy(await rows("ebs", "PO_LINES_ALL"), (line) => text(line.PO_HEADER_ID));
  const shares = Map.groupBy(await rows("ebs", "PO_DISTRIBUTIONS_ALL"), (share) => text(share.PO_LINE_ID));
  const found: Ordered[] = [];
  // What is raised on a line goes to its one share.
  const single = (line: Row): boolean => shares.get(text(line.PO_LINE_ID))?.length === 1;
  for (const contract of await rows("procore", "purchase_order_contracts")) {
    const [, header] = /^EBS-PO-(\d+)-/.exec(text(contract.origin_id)) ?? [];
    const order = orders.get(header ?? "");
    const own = lines.get(header ?? "") ?? [];
    const open = order && text(order.CANCEL_FLAG) !== "Y" && ["", "OPEN"].includes(text(order.CLOSED_CODE));
    const plain = own.length > 0 &&
      own.every((line) => text(line.CANCEL_FLAG) !== "Y" && ["", "OPEN"].includes(text(line.CLOSED_CODE)));
    const line = own.find((line) =>
      text(line.MATCHING_BASIS) === "AMOUNT" && !text(line.AMOUNT).startsWith("-") && single(line)
    );
    if (order && open && plain && line && text(contract.status) === "Approved") found.push({ contract, line, order });
  }
  return found.sort((a, b) => text(a.contract.number) < text(b.contract.number) ? -1 : 1);
}

const raised = ({ line, order }: Ordered, by: string): Edit => ({
  key: text(line.PO_LINE_ID),
  fields: { AMOUNT: sum([text(line.AMOUNT), by]) },
  says: `In Oracle, line ${text(line.LINE_NUM)} of order ${text(order.SEGMENT1)} is raised by ${by}`,
});

const billed = ({ contract }: Ordered): boolean => !sameDecimal(text(contract.total_requisitions_amount) || "0", "0");

async function raiseOrder(rows: Rows): Promise<Edit> {
  const [one] = (await ordered(rows)).filter((one) => !billed(one));
  return raised(one, "1250.00");
}

async function billContract(rows: Rows): Promise<Edit> {
  const { contract } = (await ordered(rows)).filter((one) => !billed(one))[1];
  return {
    key: text(contract.id),
    fields: { total_requisitions_amount: "500.00" },
    says: `In Procore, 500.00 are billed against contract ${text(contract.number)}`,
  };
}

async function raiseBilledOrder(rows: Rows): Promise<Edit> {
  const [one] = (await ordered(rows)).filter(billed);
  return raised(one, "800.00");
}
