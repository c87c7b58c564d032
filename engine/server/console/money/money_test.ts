import assert from "node:assert/strict";
import { keyOf } from "../../../../tests/cli/outbox.ts";
import { apiStage, CANARIES, fill, TOKENS } from "../../../../tests/support/api.ts";
import { silent } from "../../../../tests/support/canary.ts";
import { type House, house } from "../../../../tests/support/house.ts";
import { adoptionsOf } from "../../../state/adoptions.ts";
import { listAudit, verifyAudit } from "../../../state/audit.ts";
import { batch } from "../../../state/batch.ts";
import { getLive } from "../../../state/live.ts";
import { linksOf, listLinks } from "../../../state/links.ts";
import { putParked } from "../../../state/parked.ts";
import { noticeId, noticesById } from "../../../state/notices.ts";
import { getPlan, putPlan } from "../../../state/plans.ts";
import { getPosting } from "../../../state/postings.ts";
import { putRejected, rejectedOf } from "../../../state/rejected.ts";
import { may, type Role, ROLES } from "../../../state/roles.ts";
import { openJobs } from "../../api/jobs.ts";
import { consoleApp } from "../app.tsx";
import { rightOf } from "./route.ts";

const journals = "requisition-journals";

interface Pages {
  home: House;
  get(path: string, as?: Role | null): Promise<Response>;
  post(path: string, form: Record<string, string>, as?: Role | null): Promise<Response>;
  /** Sends a form that holds files. */
  send(path: string, form: FormData, as: Role): Promise<Response>;
  idle(): Promise<void>;
}

/** The console over a filled house, with a session for each role. */
async function pages({ filled = true } = {}): Promise<Pages> {
  const home = await house();
  const { parts } = await apiStage(home);
  if (filled) await fill(home);
  const jobs = openJobs(parts);
  const app = consoleApp({ ...parts, jobs });
  const sessions = new Map<Role, { cookie: string; csrf: string }>();
  const request = (path: string, headers: HeadersInit, form?: Record<string, string> | FormData): Promise<Response> =>
    Promise.resolve(app.request(path, {
      headers: { ...headers, Host: "localhost", Origin: "http://localhost" },
      ...form && { method: "POST", body: form instanceof FormData ? form : new URLSearchParams(form) },
    }));
  const cookieOf = ({ headers }: Response): string => headers.getSetCookie().map((one) => one.split(";")[0]).join("; ");
  for (const role of ROLES) {
    const cookie = cookieOf(await request("/console/sign-in", {}, { token: TOKENS[role], to: "/console" }));
    const text = await (await request("/console/audit", { Cookie: cookie })).text();
    sessions.set(role, { cookie, csrf: /name="csrf" value="([^"]+)"/.exec(text)![1] });
  }
  const as = (role: Role | null): HeadersInit => role ? { Cookie: sessions.get(role)!.cookie } : {};
  return {
    home,
    idle: jobs.idle,
    send(path, form, role) {
      form.set("csrf", sessions.get(role)!.csrf);
      return request(path, as(role), form);
    },
    get: (path, role = "viewer") => request(path, as(role)),
    post: (path, form, role = "admin") =>
      request(path, as(role), { csrf: role ? sessions.get(role)!.csrf : "none", ...form }),
  };
}

const textOf = async (response: Response): Promise<string> => {
  const text = await response.text();
  assert.equal(response.status, 200, text.slice(0, 400));
  silent("a page", text, CANARIES);
  return text;
};

Deno.test("every money page says what there is, and holds no secret", async () => {
  const { home, get } = await pages();
  const SAYS: [path: string, ...says: RegExp[]][] = [
    ["/console/needs", /Rejected records/, /Amend order 1/, /1,250\.50/],
    ["/console/needs?kind=notice", /Amend order 1/],
    ["/console/needs?q=nothing-like-it", /Nothing fits/],
    [`/console/needs/notice/${noticeId("1")}`, /Amend order 1/],
    ["/console/needs/rejected/vendors/1", /Procore refused/, /Mend it\./],
    ["/console/needs/parked/purchase-orders/1", /waits for a vendor/],
    ["/console/needs/twin/vendors/1", /What adopting would change/, /ACME/],
    ["/console/approvals", /Plans/, /shadow/],
    ["/console/approvals/p1", /1,250\.50/, /12001/, /Requisition 1/],
    ["/console/postings", /Requisition 8/, /1,250\.50/],
    ["/console/postings?view=touched+over+there", /Requisition 10/],
    [`/console/postings/${encodeURIComponent(keyOf("1"))}`, /12001/, /withheld/, /History/],
    ["/console/reconciliation", /accruals/, /Nothing is frozen yet/],
    [
      "/console/reconciliation/documents?pipeline=requisition-journals&project=p1&from=2026-02-01&to=2026-02-28",
      /Requisition 9/,
    ],
    ["/console/cost-codes?pipeline=vendors", /v1/],
    ["/console/cost-codes?pipeline=vendors&view=suggested", /91/],
    ["/console/cost-codes?pipeline=vendors&view=ambiguous", /Procore refused/],
    ["/console/cost-codes", /No such link is there/],
    ["/console/audit", /Nobody has changed anything/],
    ["/console/audit?verify=1", /All 0 entries/],
  ];
  for (const [path, ...says] of SAYS) {
    const text = await get(path).then(textOf);
    for (const one of says) assert.match(text, one, path);
    assert.ok(
      !/<form[^>]*method="post"/.test(text.slice(text.indexOf("<main"))) || path === "/console/reconciliation",
      `${path} offers a viewer an act`,
    );
  }
  await home.close();
});

Deno.test("an act does what its form says for the least role that may, is in the audit log, and goes on to a page", async () => {
  const { home, get, post } = await pages();
  const { store } = home;
  const document = (source: string): string => `/console/postings/${encodeURIComponent(keyOf(source))}`;
  const ACTS: [path: string, form: Record<string, string>, what: string, done: () => Promise<boolean>][] = [
    ["/console/needs/rejected/vendors/1/retry", {}, "rejected.retry", () => Promise.resolve(true)],
    [
      "/console/needs/rejected/vendors/a%2Fb/dismiss",
      { why: "it is right" },
      "rejected.dismiss",
      async () => (await rejectedOf(store, "vendors", ["a/b"])).get("a/b")![0].dismissed?.why === "it is right",
    ],
    [
      "/console/needs/rejected/vendors/77/link",
      { id: "v77" },
      "links.import",
      async () => (await linksOf(store, "vendors", ["77"])).get("77")![0].id === "v77",
    ],
    [
      "/console/needs/twin/vendors/1/accept",
      {},
      "adopt.accept",
      async () => (await adoptionsOf(store, "vendors", ["1"])).get("1")![0].decision!.accept,
    ],
    [
      "/console/needs/twin/vendors/2/decline",
      { why: "two" },
      "adopt.decline",
      async () => !(await adoptionsOf(store, "vendors", ["2"])).get("2")![0].decision!.accept,
    ],
    [
      `/console/needs/notice/${noticeId("1")}/done`,
      { why: "amended" },
      "inbox.done",
      async () => (await noticesById(store, [noticeId("1")])).get(noticeId("1"))!.state === "done",
    ],
    [
      `/console/needs/notice/${noticeId("2")}/dismiss`,
      { why: "no need" },
      "inbox.dismiss",
      async () => (await noticesById(store, [noticeId("2")])).get(noticeId("2"))!.state === "dismissed",
    ],
    [
      "/console/approvals/p1/approve",
      {},
      "plan.approve",
      async () => (await getPlan(store, "p1"))!.state === "approved",
    ],
    [
      "/console/approvals/p2/decline",
      { why: "not yet" },
      "plan.decline",
      async () => (await getPlan(store, "p2"))!.state === "declined",
    ],
    [
      `/console/approvals/live/${journals}`,
      { why: "looked at" },
      "pipeline.live",
      async () => (await getLive(store, journals))!.live,
    ],
    [
      `/console/approvals/shadow/${journals}`,
      { why: "enough" },
      "pipeline.shadow",
      async () => !(await getLive(store, journals))!.live,
    ],
    [
      `${document("8")}/retry`,
      {},
      "posting.retry",
      async () => (await getPosting(store, keyOf("8")))!.settled?.how === "retry",
    ],
    [
      `${document("10")}/accept`,
      { why: "theirs" },
      "posting.accept",
      async () => (await getPosting(store, keyOf("10")))!.settled?.how === "accept",
    ],
    [
      `${document("9")}/reverse`,
      { why: "wrong month" },
      "posting.reverse",
      async () => (await getPosting(store, keyOf("9")))!.takeBack?.why === "wrong month",
    ],
    [
      "/console/cost-codes/drop?pipeline=vendors",
      { key: "77" },
      "links.drop",
      async () => (await linksOf(store, "vendors", ["77"])).size === 0,
    ],
    [
      "/console/cost-codes/accept?pipeline=vendors",
      { key: "3" },
      "adopt.accept",
      async () => (await adoptionsOf(store, "vendors", ["3"])).get("3")![0].decision!.accept,
    ],
  ];
  for (const [path, form, what, done] of ACTS) {
    const right = rightOf({ takes: what as "plan.approve" });
    for (const role of ROLES.filter((one) => !may(one, right))) {
      const before = (await Array.fromAsync(listAudit(store))).length;
      assert.equal((await post(path, form, role)).status, 403, `${path} as ${role}`);
      assert.equal((await Array.fromAsync(listAudit(store))).length, before, `${path} as ${role} left a trace`);
    }
    const role = ROLES.find((one) => may(one, right))!;
    assert.equal((await post(path, { ...form, csrf: "another" }, role)).status, 403, `${path} with a foreign form`);
    const response = await post(path, form, role);
    assert.equal(response.status, 303, `${path}: ${await response.text()}`);
    const [last] = await Array.fromAsync(listAudit(store, { reverse: true }));
    assert.deepEqual([last.who, last.what], [role, what], path);
    assert.ok(await done(), `${path} did nothing`);
    assert.equal((await get(response.headers.get("location")!, role)).status, 200, `${path} leads nowhere`);
  }
  assert.match(await get("/console/audit?verify=1").then(textOf), new RegExp(`All ${ACTS.length} entries`));
  assert.equal((await verifyAudit(store)).broken, undefined);
  await home.close();
});

Deno.test("what may not be done is refused: nobody, no reason, one's own plan, a link that stands", async () => {
  const { home, get, post } = await pages();
  assert.equal((await get("/console/needs", null)).headers.get("location"), "/console/sign-in?to=%2Fconsole%2Fneeds");
  assert.equal((await post("/console/approvals/p1/approve", {}, null)).headers.get("location"), "/console/sign-in");
  const REFUSED: [path: string, form: Record<string, string>, status: number][] = [
    ["/console/approvals/p1/decline", { why: "  " }, 400],
    ["/console/needs/rejected/vendors/1/dismiss", {}, 400],
    [`/console/approvals/live/${journals}`, {}, 400],
    [`/console/postings/${encodeURIComponent(keyOf("10"))}/accept`, {}, 400],
    [`/console/postings/${encodeURIComponent(keyOf("9"))}/withdraw`, { why: "no" }, 400],
    ["/console/needs/rejected/vendors/1/link", { id: "other" }, 400],
    ["/console/cost-codes/drop?pipeline=vendors", {}, 400],
    ["/console/approvals/none/approve", {}, 404],
    ["/console/reconciliation", { name: "none", period: "2026-10" }, 404],
  ];
  for (const [path, form, status] of REFUSED) {
    const response = await post(path, form);
    assert.equal(response.status, status, `${path}: ${await response.text()}`);
  }
  const writes = batch(home.store);
  putPlan(writes, { ...(await getPlan(home.store, "p1"))!, author: "approver" });
  await writes.commit();
  const page = await get("/console/approvals/p1", "approver").then(textOf);
  assert.match(page, /another person approves it/);
  assert.ok(!page.includes('/approve"'), "one's own plan is offered for approval");
  assert.equal((await post("/console/approvals/p1/approve", {}, "approver")).status, 403);
  assert.deepEqual(await Array.fromAsync(listAudit(home.store)), []);
  assert.equal((await getPlan(home.store, "p1"))!.state, "waiting");
  await home.close();
});

Deno.test("a hostile name is text, set apart from what stands beside it", async () => {
  const { home, get } = await pages();
  const name = `<script>alert(1)</script>\u202Egnp.${"x".repeat(300)}`;
  const writes = batch(home.store);
  const at = new Date(home.clock.now()).toISOString();
  putRejected(writes, "vendors", {
    key: "666",
    part: "",
    failure: { code: "record.invalid", kind: "rejected", fact: `It is called ${name}`, action: "Mend it." },
    row: { VENDOR_NAME: name },
    hash: "h",
    firstAt: at,
    lastAt: at,
    times: 1,
    run: "r",
  });
  await writes.commit();
  for (
    const path of [
      "/console/needs",
      "/console/needs/rejected/vendors/666",
      "/console/cost-codes?pipeline=vendors&view=ambiguous",
    ]
  ) {
    const text = await get(path).then(textOf);
    assert.ok(!text.includes("<script>"), path);
    assert.match(text, /<bdi>[^<]*&lt;script&gt;alert\(1\)&lt;\/script&gt;\u202E/, path);
  }
  await home.close();
});

Deno.test("a period is compared, had as files, frozen by one person and signed by another", async () => {
  const { home, get, post, idle } = await pages({ filled: false });
  const started = await post("/console/reconciliation", { name: "accruals", period: "2026-10" }, "operator");
  assert.equal(started.status, 303, await started.text());
  const job = started.headers.get("location")!;
  await idle();
  const text = await get(job, "operator").then(textOf);
  assert.match(text, /Accrued cost/);
  assert.match(text, /not frozen: a draft/);
  const csv = await get(`${job}?format=csv&part=exceptions`);
  assert.match(csv.headers.get("content-disposition")!, /accruals-2026-10-exceptions\.csv/);
  assert.match(await csv.text(), /^what,about/);
  assert.match(await (await get(`${job}?format=html`)).text(), /<!doctype html>/);
  assert.equal((await post(`${job}/freeze`, {}, "viewer")).status, 403);
  const frozen = (await post(`${job}/freeze`, {}, "operator")).headers.get("location")!;
  assert.match(await get(frozen, "approver").then(textOf), /nobody yet/);
  assert.equal((await post(`${frozen}/sign`, {}, "operator")).status, 403);
  assert.equal((await post(`${frozen}/sign`, {}, "approver")).status, 303);
  assert.match(await get(frozen).then(textOf), /approver, 2026-10-14/);
  await home.close();
});

Deno.test("both sides of a record are looked up as they are now; a file of links is tried, imported, and never moves one", async () => {
  const { home, get, send } = await pages({ filled: false });
  await home.run("vendors");
  const { value: link } = await listLinks(home.store, "vendors").next();
  assert.ok(link);
  const at = new Date(home.clock.now()).toISOString();
  const writes = batch(home.store);
  putParked(writes, "vendors", { key: link.key, part: "", word: "parked", why: "it waits", at, run: "r" });
  await writes.commit();
  const text = await get(`/console/needs/parked/vendors/${link.key}?live=1`).then(textOf);
  assert.match(text, /VENDOR_NAME/);
  assert.ok(text.includes(`>${link.id}<`), "the linked record is not shown");
  const file = (csv: string, more: Record<string, string> = {}): Promise<Response> => {
    const form = new FormData();
    form.set("file", new File([csv], "links.csv", { type: "text/csv" }));
    for (const [name, value] of Object.entries(more)) form.set(name, value);
    return send("/console/cost-codes/import?pipeline=vendors", form, "operator");
  };
  const isLinked = async (): Promise<boolean> => (await linksOf(home.store, "vendors", ["77"])).size > 0;
  assert.equal((await file("key,id\n77,v77\n", { try: "yes" })).status, 303);
  assert.equal(await isLinked(), false);
  assert.equal((await file(`key,id\n77,v77\n${link.key},another\n`)).status, 422);
  assert.equal(await isLinked(), false);
  assert.equal((await file("key,id\n77,v77\n")).status, 303);
  assert.equal(await isLinked(), true);
  assert.equal((await linksOf(home.store, "vendors", [link.key])).get(link.key)![0].id, link.id);
  assert.match(
    await (await get("/console/cost-codes/export?pipeline=vendors")).text(),
    /^key,part,id,partition\n[^]*77,,v77,-/,
  );
  await home.close();
});
