/**
 * Lost answers and crashes at every single call of a run: whatever is cut off, nothing is Approved that is not whole, nothing is made
 * twice, and the next run ends where an undisturbed one does.
 */
import assert from "node:assert/strict";
import type { Outcome, Row, Wire } from "../../../engine/connector.ts";
import { Failure } from "../../../engine/failure.ts";
import { broken } from "../../../engine/wire/trouble.ts";
import { AIRPORT, changeOf, failing, line, order, run, type Site, site, standing, told, whole } from "./testing.ts";

/** Orders as they are made, and as they are after changes of every kind: line, vendor, removal, addition, title. */
const FIRST: Row[] = [
  order("1", [line("1", "10.1"), line("2", "20"), line("3", "-0.1")]),
  order("2", [line("4", "5")], { vendor_id: "12" }),
  order("3", [line("5", "7"), line("6", "8")]),
  order("4", [line("7", "1")]),
];
const SECOND: Row[] = [
  order("1", [line("1", "10.1"), line("2", "25"), line("8", "2")]),
  order("2", [line("4", "5")], { vendor_id: "11" }),
  order("3", [line("5", "7"), line("6", "8")], { title: "Renamed" }),
  order("4", [line("9", "1", { cost_code_id: "22" })]),
  order("5", [line("10", "3")], { vendor_id: "12" }),
];

type Fault = "lost before it arrived" | "lost after it arrived" | "crash before" | "crash after";
const FAULTS: readonly Fault[] = ["lost before it arrived", "lost after it arrived", "crash before", "crash after"];

/** A wire that fails at its `at`-th call, once or from then on, and holds after every call what must hold at every moment. */
function disturbed(place: Site, fault: Fault, at: number, ...versions: Row[][]) {
  let calls = 0;
  const around = (wire: Wire): Wire => async (request) => {
    if (new URL(request.url).pathname === "/oauth/token") return await wire(request);
    const mine = calls++;
    if (mine > at && fault.startsWith("crash")) throw broken(request, "the process is gone");
    if (mine === at && fault.endsWith("before it arrived")) throw broken(request, "connection closed");
    if (mine === at && fault === "crash before") throw broken(request, "the process is gone");
    const response = await wire(request);
    await whole(place, ...versions);
    if (mine !== at) return response;
    await response.body?.cancel();
    throw broken(request, "connection closed");
  };
  return { around, calls: () => calls };
}

/** What an undisturbed run ends with. */
async function undisturbed(wanted: Row[], before: Row[]): Promise<{ end: Row[]; calls: number }> {
  const place = site();
  if (before.length > 0) assert((await run(place.stream(), before)).every(({ ok }) => ok));
  place.take();
  assert((await run(place.stream(), wanted)).every(({ ok }) => ok));
  return { calls: place.take().length, end: await standing(place) };
}

for (const [name, before, wanted] of [["making", [], FIRST], ["changing", FIRST, SECOND]] as const) {
  for (const fault of FAULTS) {
    Deno.test(`${name} orders, each call ${fault}: the next run ends as an undisturbed one`, async () => {
      const { end, calls } = await undisturbed(wanted, [...before]);
      assert(calls >= 10);
      for (let at = 0; at < calls; at++) {
        const place = site();
        if (before.length > 0) await run(place.stream(), before);
        const versions = [[...before], wanted];
        const wire = disturbed(place, fault, at, ...versions);
        const after: Outcome[] | Error = await run(place.over(wire.around), wanted).catch((error) => error);
        assert(wire.calls() > at, "the fault struck");
        const failures = after instanceof Error ? [after] : after.flatMap((one) => one.ok ? [] : [one.failure]);
        for (const failure of failures) {
          assert(failure instanceof Failure, String(failure));
          assert.equal(failure.kind, "retry", `call ${at}: ${failure.code} ${failure.message}`);
        }
        assert(fault.startsWith("lost") || failures.length > 0, `call ${at}: a crash was not noticed`);
        await whole(place, ...versions);
        const again = await run(place.stream(), wanted);
        assert(again.every(({ ok }) => ok), `call ${at}: ${told(again)}`);
        assert.deepEqual(await standing(place), end, `call ${at}`);
        await whole(place, wanted);
        assert.deepEqual(await run(place.stream(), wanted), [], `call ${at}: a third run writes nothing`);
      }
    });
  }
}

/** Each step of the write, by the call it makes. */
const STEPS = ["actions/add", "purchase_order_contracts/sync", "line_items/sync", "DELETE *line_items"];

for (const step of STEPS) {
  for (const kind of ["drop-after", "drop-before", "cut-body", "html"]) {
    const fault = { kind, route: `*${step}` };
    if (step !== "DELETE *line_items") {
      Deno.test(`new contracts: an answer of ${step} that is lost by ${kind} is of unknown fate, and not sent again`, async () => {
        const place = site();
        await place.ask("faults", fault);
        const failure = await failing(run(place.stream(), FIRST), "wire.fate-unknown");
        assert(failure.place, "it says where");
        const lost = place.take().filter((call) => call.endsWith(step));
        assert(lost.length <= (step === "line_items/sync" ? FIRST.length : 1), lost.join());
        await whole(place, FIRST);
      });
    }
    Deno.test(`opened contracts: an answer of ${step} that is lost by ${kind} is followed up at once`, async () => {
      const place = site();
      await run(place.stream(), FIRST);
      await place.ask("faults", fault);
      // Vendors go first: nothing is open then, and the engine sends again.
      const outcomes = await run(place.stream(), SECOND).catch((error) => error);
      if (outcomes instanceof Failure) {
        assert.equal(outcomes.code, "wire.fate-unknown");
        assert.equal(step, "actions/add");
        await whole(place, FIRST);
      } else {
        assert.deepEqual([...new Set(told(outcomes))], ["ok"]);
        await whole(place, SECOND);
        assert((await standing(place)).every(({ status }) => status === "Approved"));
        assert.equal((await standing(place)).length, SECOND.length);
      }
    });
  }
}

Deno.test("where following up fails, too, nothing counts as done, and the same write later ends Approved", async () => {
  const place = site();
  await run(place.stream(), FIRST);
  const open = place.stream();
  const values = SECOND.map(({ origin_id }) => origin_id as string);
  const found = await open.find!({ partition: AIRPORT, by: "origin_id", values });
  const present = new Map(found.map((row) => [row.origin_id, row]));
  const changes = SECOND.map((one) => changeOf(one, present.get(one.origin_id))!);
  for (const step of ["line_items/sync", "purchase_order_contracts/sync"]) {
    await place.ask("faults", { kind: "drop-after", route: `*${step}`, after: 1, times: 1 });
  }
  await place.ask("faults", { kind: "drop-after", route: "*purchase_order_contracts/sync", after: 1, times: 1 });
  const outcomes = await open.write!(AIRPORT, changes);
  assert.deepEqual([...new Set(told(outcomes))], ["wire.fate-unknown"]);
  assert((await standing(place)).some(({ status }) => status === "Draft"), "some are open");
  assert.deepEqual(told(await open.write!(AIRPORT, changes)), ["ok", "ok", "ok", "ok", "ok"]);
  await whole(place, SECOND);
  assert((await standing(place)).every(({ status }) => status === "Approved"));
});

Deno.test("a bulk answer with three errors among five hundred rows fails these three and no other", async () => {
  const place = site();
  for (const number of ["204-7", "204-77", "204-277"]) {
    await place.touch("purchase_order_contracts", undefined, { project_id: "501", number });
  }
  const wanted = Array.from({ length: 500 }, (_, i) => order(`${i}`, [line(`${i}`, "2")]));
  const outcomes = await run(place.stream(), wanted);
  const failed = outcomes.flatMap((outcome, i) => outcome.ok ? [] : [`${i} ${outcome.failure.code}`]);
  assert.deepEqual(failed, ["7 name.taken", "77 name.taken", "277 name.taken"]);
  const approved = (await place.rows("purchase_order_contracts")).filter(({ status }) => status === "Approved");
  assert.equal(approved.length, 497);
});
