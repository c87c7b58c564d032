/**
 * The floor of purchase orders: a bare loop that fetches the same pages, parses them, and sends the same calls as a first load (vendors on
 * their projects, headers as drafts, lines contract by contract, contracts read back, statuses), as many of them at a time; and nothing
 * else.
 *
 * @module
 */
import pLimit from "p-limit";
import { type Bare, bare, type Floor, syncBare } from "./bare.ts";
import { cpuTime, type World } from "./world.ts";

type Columns = Record<string, unknown>;

/** As the product works: orders gathered before the largest group is sent, projects side by side, calls of one project at once, ids a call. */
const ROOM = 4000, SIDE_BY_SIDE = 4, AT_ONCE = 4, IDS = 150;

/** Procore's ids of what orders refer to. */
interface Twins {
  /** By Oracle's number. */
  vendors: Map<string, unknown>;
  /** By Oracle's id. */
  projects: Map<string, number>;
  /** Cost code by `project account`, both Oracle's ids. */
  codes: Map<string, unknown>;
  costType: unknown;
  /** `project vendor` of those that are there. */
  members: Set<string>;
}

/** Reads all orders; with `write` also makes their contracts. */
export async function ordersFloor(world: World, { write }: { write: boolean }): Promise<Floor> {
  const systems = await bare(world, { write });
  const twins = write ? await twinsOf(systems, world) : undefined;
  const [started, cpu, calls] = [performance.now(), cpuTime(), systems.calls];
  const limit = pLimit(SIDE_BY_SIDE);
  const groups = new Map<string, Columns[]>();
  const underWay = new Set<Promise<void>>();
  let [records, waiting] = [0, 0];
  const send = (project: string): void => {
    const orders = groups.get(project)!;
    groups.delete(project);
    waiting -= orders.length;
    const work = limit(() => writeOrders(systems, twins!, project, orders));
    underWay.add(work);
    work.then(() => underWay.delete(work));
  };
  let next = systems.page("get_purchase_orders", "0");
  for (;;) {
    const { rows, more } = await next;
    if (more) next = systems.page("get_purchase_orders", String(rows[rows.length - 1].PO_HEADER_ID));
    records += rows.length;
    if (write) {
      for (const row of rows) {
        const project = String(partsOf(linesOf(row)[0])[0].PROJECT_ID);
        groups.set(project, [...groups.get(project) ?? [], row]);
        waiting++;
      }
      while (waiting > ROOM) send([...groups].reduce((a, b) => b[1].length > a[1].length ? b : a)[0]);
      while (limit.pendingCount > 0) await Promise.race(underWay);
    }
    if (!more) break;
  }
  for (const project of [...groups.keys()]) send(project);
  await Promise.all(underWay);
  return { ms: performance.now() - started, cpu: cpuTime() - cpu, records, calls: systems.calls - calls };
}

async function writeOrders(systems: Bare, twins: Twins, project: string, orders: Columns[]): Promise<void> {
  const project_id = twins.projects.get(project)!;
  const limit = pLimit(AT_ONCE);
  const vendors = new Set(orders.map((order) => twins.vendors.get(String(order.VENDOR_ID))));
  await Promise.all([...vendors].map((vendor) =>
    limit(async () => {
      if (twins.members.has(`${project} ${vendor}`)) return;
      twins.members.add(`${project} ${vendor}`);
      await systems.procore("POST", `/rest/v1.1/projects/${project_id}/vendors/${vendor}/actions/add`);
    })
  ));
  const updates = orders.map((order) => ({
    origin_id: `FLOOR-PO-${order.PO_HEADER_ID}`,
    origin_code: order.SEGMENT1,
    number: `${order.ORG_ID}-${order.SEGMENT1}`,
    title: String(order.COMMENTS).trim(),
    vendor_id: twins.vendors.get(String(order.VENDOR_ID)),
    accounting_method: "amount",
    contract_date: String(order.APPROVED_DATE).slice(0, 10),
    status: "Draft",
  }));
  const contracts = await syncBare(systems, "/rest/v1.0/purchase_order_contracts/sync", { project_id, updates });
  await Promise.all(orders.map((order, i) =>
    limit(() => {
      const path = `/rest/v1.0/purchase_order_contracts/${contracts[i].id}/line_items/sync?project_id=${project_id}`;
      return syncBare(systems, path, { updates: linesOf(order).flatMap((line) => lineBodies(twins, project, line)) });
    })
  ));
  const ids = contracts.map(({ id }) => id);
  for (let at = 0; at < ids.length; at += IDS) {
    const query = `view=extended&filters[id]=[${ids.slice(at, at + IDS)}]&per_page=${IDS}`;
    await systems.procore("GET", `/rest/v1.0/purchase_order_contracts?project_id=${project_id}&${query}`);
  }
  const statuses = ids.map((id) => ({ id, status: "Approved" }));
  await syncBare(systems, "/rest/v1.0/purchase_order_contracts/sync", { project_id, updates: statuses });
}

function lineBodies({ codes, costType }: Twins, project: string, line: Columns): unknown[] {
  return partsOf(line).map((part) => ({
    origin_id: `FLOOR-POD-${part.PO_DISTRIBUTION_ID}`,
    description: line.ITEM_DESCRIPTION,
    // A floor need not be right to the cent: numbers are quicker than decimals.
    amount: part.AMOUNT_ORDERED || (Number(part.QUANTITY_ORDERED) * Number(line.UNIT_PRICE)).toFixed(2),
    cost_code_id: codes.get(`${project} ${part.CODE_COMBINATION_ID}`),
    line_item_type_id: costType,
  }));
}

const items = (collection: unknown, name: string): Columns[] =>
  [(collection as Columns)[name] ?? []].flat() as Columns[];
const linesOf = (order: Columns): Columns[] => items(order.LINES, "LINES_ITEM");
const partsOf = (line: Columns): Columns[] => items(line.DISTRIBUTIONS, "DISTRIBUTIONS_ITEM");

/** What the pipelines before have made, found by the keys that they gave. */
async function twinsOf(systems: Bare, world: World): Promise<Twins> {
  const { company_id, tag } = { company_id: world.procore.company_id, tag: "EBS" };
  const list = async (path: string): Promise<Columns[]> => await systems.procore("GET", path) as Columns[];
  const byNumber = new Map((await list(`/rest/v1.0/projects?company_id=${company_id}&per_page=300`))
    .map((row) => [row.project_number, row.id as number]));
  const { rows } = await systems.page("get_projects", "0");
  const projects = new Map(rows.map((row) => [String(row.PROJECT_ID), byNumber.get(row.SEGMENT1)!]));
  const vendors = new Map((await list(`/rest/v1.0/vendors?company_id=${company_id}&per_page=1000`))
    .map((row) => [String(row.origin_id).replace(`${tag}-V-`, ""), row.id]));
  const codes = new Map<string, unknown>();
  for (const [project, id] of projects) {
    for (const row of await list(`/rest/v1.0/cost_codes?project_id=${id}&per_page=1000`)) {
      const [, account] = /-GL-(\d+)-/.exec(String(row.origin_id)) ?? [];
      if (account) codes.set(`${project} ${account}`, row.id);
    }
  }
  const [, first] = projects.entries().next().value!;
  const types = await list(`/rest/v1.0/line_item_types?company_id=${company_id}&project_id=${first}`);
  const costType = types.find(({ base_type }) => base_type === "commitment")?.id ?? types[0].id;
  return { vendors, projects, codes, costType, members: new Set() };
}
