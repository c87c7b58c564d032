import assert from "node:assert/strict";
import { apiStage, CANARIES, fill, TOKENS } from "../../../tests/support/api.ts";
import { silent } from "../../../tests/support/canary.ts";
import { type House, house } from "../../../tests/support/house.ts";
import { batch } from "../../state/batch.ts";
import { putRejected } from "../../state/rejected.ts";
import { type Role, ROLES } from "../../state/roles.ts";
import { getStarts } from "../../state/schedules.ts";
import { getToken, putToken } from "../../state/tokens.ts";
import { openJobs } from "../api/jobs.ts";
import { consoleApp } from "./app.tsx";
import { ROUTES } from "./routes.ts";

interface Stage {
  home: House;
  app: ReturnType<typeof consoleApp>;
  /** A browser that keeps its cookies. */
  browser(): Browser;
  idle(): Promise<void>;
}

interface Browser {
  cookies: Map<string, string>;
  get(path: string): Promise<Response>;
  post(path: string, form?: Record<string, string>, headers?: Record<string, string>): Promise<Response>;
  signIn(role: Role): Promise<Response>;
  csrf(): Promise<string>;
}

const HERE = { "sec-fetch-site": "same-origin" };

async function stage({ writes, filled = true }: { writes?: boolean; filled?: boolean } = {}): Promise<Stage> {
  const home = await house();
  const { parts } = await apiStage(home);
  if (filled) await fill(home);
  const jobs = openJobs(parts);
  const app = consoleApp({ ...parts, jobs, writes });
  return { home, app, idle: jobs.idle, browser: () => browserOf(app) };
}

function browserOf(app: Stage["app"]): Browser {
  const cookies = new Map<string, string>();
  const send = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await app.request(path, { ...init, headers: { ...init.headers, ...(cookie && { cookie }) } });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (/max-age=0/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };
  const self: Browser = {
    cookies,
    get: (path) => send(path),
    post: (path, form = {}, headers = HERE) => send(path, { method: "POST", body: new URLSearchParams(form), headers }),
    signIn: (role) => self.post("/console/sign-in", { token: TOKENS[role] }),
    csrf: async () => /name="csrf" value="([^"]+)"/.exec(await (await self.get("/console")).text())![1],
  };
  return self;
}

const paused = async ({ store }: House): Promise<boolean> =>
  (await getStarts(store, ["vendors"]))[0].paused !== undefined;

Deno.test("who is not signed in sees the sign-in page and nothing else, and comes back to where they wanted to go", async () => {
  const { home, browser } = await stage();
  const nobody = browser();
  for (const { method, path } of ROUTES) {
    const answer = await (method === "get" ? nobody.get(path) : nobody.post(path));
    assert.equal(answer.status, 303, path);
    assert.match(answer.headers.get("location")!, /^\/console\/sign-in/);
  }
  assert.equal((await nobody.get("/console/events?type=run")).status, 401);
  const to = (await nobody.get("/console/runs?pipeline=vendors")).headers.get("location")!;
  const page = await nobody.get(to);
  assert.match(await page.text(), /name="to" value="\/console\/runs\?pipeline=vendors"/);
  const wrong = await nobody.post("/console/sign-in", { token: "gusset_nobodys" });
  assert.equal(wrong.status, 401);
  assert.doesNotMatch(await wrong.text(), /gusset_nobodys/);
  assert.equal(nobody.cookies.has("gusset_session"), false);
  const gone = await nobody.post("/console/sign-in", { token: TOKENS.viewer, to: "https://elsewhere.example/console" });
  assert.equal(gone.headers.get("location"), "/console");
  for (const to of ["//elsewhere.example", "/console/../x\\y", "/consoles", "/console/sign-out"]) {
    const back = await browser().post("/console/sign-in", { token: TOKENS.viewer, to });
    assert.ok(["/console", "/console/../x"].includes(back.headers.get("location")!), to);
  }
  await home.close();
});

Deno.test("a session's cookie is signed, kept from scripts and other sites, and over by its deadlines, by signing out and with its token", async () => {
  const { home, browser } = await stage();
  const one = browser();
  const answer = await one.signIn("operator");
  assert.match(answer.headers.get("set-cookie")!, /HttpOnly/);
  assert.match(answer.headers.get("set-cookie")!, /SameSite=Strict/);
  assert.equal((await one.get("/console")).status, 200);
  const cookie = one.cookies.get("gusset_session")!;

  const forged = browser();
  forged.cookies.set("gusset_session", cookie.replace(/^./, (first) => first === "A" ? "B" : "A"));
  assert.equal((await forged.get("/console")).status, 303);

  home.clock.advance(29 * 60_000);
  assert.equal((await one.get("/console")).status, 200, "it was seen in time");
  home.clock.advance(31 * 60_000);
  assert.equal((await one.get("/console")).status, 303, "nobody was there");

  const long = browser();
  await long.signIn("operator");
  for (let i = 0; i < 24; i++) {
    home.clock.advance(29 * 60_000);
    assert.equal((await long.get("/console/runs")).status, 200);
  }
  home.clock.advance(29 * 60_000);
  assert.equal((await long.get("/console/runs")).status, 303, "twelve hours are enough");

  const out = browser();
  await out.signIn("operator");
  const kept = out.cookies.get("gusset_session")!;
  assert.equal((await out.post("/console/sign-out", { csrf: await out.csrf() })).status, 303);
  const thief = browser();
  thief.cookies.set("gusset_session", kept);
  assert.equal((await thief.get("/console")).status, 303, "a cookie that was kept is worth nothing");

  const revoked = browser();
  await revoked.signIn("operator");
  const token = (await getToken(home.store, "operator"))!;
  const writes = batch(home.store);
  putToken(writes, { ...token, revoked: { at: token.at, by: "a test" } });
  await writes.commit();
  assert.equal((await revoked.get("/console")).status, 303);
  await home.close();
});

Deno.test("a form without its session's token, or from another site, changes nothing", async () => {
  const { home, browser } = await stage();
  const [one, other] = [browser(), browser()];
  await one.signIn("operator");
  await other.signIn("operator");
  const path = "/console/pipelines/vendors/pause";
  const csrf = await one.csrf();
  const tries: [Record<string, string>, Record<string, string>][] = [
    [{}, HERE],
    [{ csrf: "x" }, HERE],
    [{ csrf: await other.csrf() }, HERE],
    [{ csrf }, { "sec-fetch-site": "cross-site" }],
    [{ csrf }, { "sec-fetch-site": "same-site" }],
    [{ csrf }, { origin: "https://elsewhere.example" }],
    [{ csrf }, {}],
  ];
  for (const [form, headers] of tries) {
    const { status } = await one.post(path, form, headers);
    assert.ok(status === 403 || status === 401, `${status} for ${JSON.stringify([form, headers])}`);
  }
  assert.equal(await paused(home), false);
  assert.equal(
    (await browser().post("/console/sign-in", { token: TOKENS.admin }, { "sec-fetch-site": "cross-site" })).status,
    403,
  );
  const done = await one.post(path, { csrf });
  assert.equal(done.headers.get("location"), "/console/pipelines/vendors");
  assert.equal(await paused(home), true);
  const page = await (await one.get("/console/pipelines/vendors")).text();
  assert.match(page, /Nothing but a person starts it now/);
  assert.doesNotMatch(await (await one.get("/console/pipelines/vendors")).text(), /Nothing but a person starts it now/);
  await home.close();
});

Deno.test("every page has the strict policy, is kept by nobody, and loads nothing from elsewhere", async () => {
  const { home, browser } = await stage();
  const one = browser();
  await one.signIn("admin");
  for (const path of ["/console", "/console/pipelines", "/console/runs", "/console/connections", "/console/nowhere"]) {
    const answer = await one.get(path);
    const policy = answer.headers.get("content-security-policy")!;
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /script-src 'self';/);
    assert.doesNotMatch(policy, /unsafe|\*/);
    assert.equal(answer.headers.get("cache-control"), "no-store");
    const text = await answer.text();
    assert.doesNotMatch(text, /(?:src|href|action)="(?!\/|#|data:image\/svg)[^"]*"/);
    assert.doesNotMatch(text, /<script(?! src="\/console\/)|\son\w+=|\sstyle="/);
    for (const [, asset] of text.matchAll(/(?:src|href)="(\/console\/[\w-]{12}\.(?:css|js))"/g)) {
      const served = await browser().get(asset);
      assert.match(served.headers.get("cache-control")!, /immutable/);
      assert.ok((await served.text()).length > 500);
    }
  }
  await home.close();
});

Deno.test("what a role may not do is not offered, and refused where it is sent anyway", async () => {
  const { home, browser, idle } = await stage();
  const offers: Record<Role, string[]> = {
    viewer: [],
    operator: ["run", "pause"],
    approver: [],
    admin: ["run", "pause", "secret"],
  };
  for (const role of ROLES) {
    const one = browser();
    await one.signIn(role);
    const csrf = await one.csrf();
    const page = await (await one.get("/console/pipelines/vendors")).text();
    const connections = await (await one.get("/console/connections")).text();
    assert.equal(/vendors\/run"/.test(page), offers[role].includes("run"), `${role} runs`);
    assert.equal(/vendors\/pause"/.test(page), offers[role].includes("pause"), `${role} pauses`);
    assert.equal(
      /action="\/console\/secrets"/.test(connections),
      offers[role].includes("secret"),
      `${role} sets secrets`,
    );
    if (role !== "admin") {
      const { status } = await one.post("/console/secrets", { csrf, name: "ebs-password", value: "new-value-of-it" });
      assert.equal(status, 403);
    }
    if (offers[role].length === 0) {
      for (const act of ["run", "dry-run", "pause"]) {
        assert.equal((await one.post(`/console/pipelines/vendors/${act}`, { csrf })).status, 403, `${role} ${act}`);
      }
    }
  }
  await idle();
  assert.equal(await paused(home), false);
  await home.close();
});

Deno.test("a secret goes in and never comes out", async () => {
  const { home, browser } = await stage();
  const one = browser();
  await one.signIn("admin");
  const csrf = await one.csrf();
  const value = "s3cret <with> & blanks ";
  assert.equal((await one.post("/console/secrets", { csrf, name: "ebs-password", value })).status, 303);
  const pages = [
    "/console/connections",
    "/console",
    "/console/needs",
    "/console/audit",
    "/console/pipelines/vendors",
    "/console/runs",
  ];
  for (const path of pages) {
    const text = await (await one.get(path)).text();
    silent(path, text, { ...CANARIES, fresh: value });
    if (path === "/console/connections") assert.match(text, /ebs-password/);
  }
  assert.equal((await one.post("/console/secrets/ebs-password/remove", { csrf })).status, 303);
  await home.close();
});

Deno.test("a hostile name is text", async () => {
  const { home, browser } = await stage();
  const name = `<script>alert(1)</script>\u202eevil\u202c"'${"x".repeat(300)}`;
  const at = new Date(home.clock.now()).toISOString();
  const writes = batch(home.store);
  putRejected(writes, "vendors", {
    key: "evil",
    part: "",
    failure: { code: "record.refused", kind: "rejected", fact: name, action: "Mend it." },
    row: { VENDOR_NAME: name },
    hash: "h",
    firstAt: at,
    lastAt: at,
    times: 1,
    run: "run1",
  });
  await writes.commit();
  const one = browser();
  await one.signIn("viewer");
  const text = await (await one.get("/console/runs/run1")).text();
  assert.match(text, /<bdi>&lt;script&gt;alert\(1\)&lt;\/script&gt;/);
  assert.doesNotMatch(text, /<script>alert/);
  await home.close();
});

Deno.test("a dry run begins from its pipeline's page, is shown as a diff, and is applied as it was shown", async () => {
  const { home, browser, idle } = await stage({ filled: false });
  const one = browser();
  await one.signIn("operator");
  const csrf = await one.csrf();
  const begun = await one.post("/console/pipelines/projects/dry-run", { csrf });
  const job = begun.headers.get("location")!;
  assert.match(job, /^\/console\/jobs\//);
  await idle();
  const page = await (await one.get(job)).text();
  assert.match(page, /What it would do/);
  assert.match(page, /Apply this plan/);
  const none = await (await one.get(`${job}?q=no-such-words-anywhere`)).text();
  assert.match(none, /Nothing fits/);
  const applied = await one.post(`${job}/apply`, { csrf });
  await idle();
  assert.match(await (await one.get(applied.headers.get("location")!)).text(), /What it did/);
  await home.close();
});

Deno.test("where nothing may be changed one may sign in and look, and every act is refused", async () => {
  const { home, browser } = await stage({ writes: false });
  const one = browser();
  assert.equal((await one.signIn("admin")).status, 303);
  const csrf = await one.csrf();
  assert.equal((await one.post("/console/theme", { csrf, theme: "dark", back: "/console" })).status, 303);
  assert.match(await (await one.get("/console")).text(), /data-theme="dark"/);
  assert.equal((await one.post("/console/pipelines/vendors/pause", { csrf })).status, 403);
  assert.equal(await paused(home), false);
  await home.close();
});
