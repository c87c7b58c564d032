import assert from "node:assert/strict";
import type { Notify } from "../../schemas/pipeline/notify.ts";
import type { ManualClock } from "../clock.ts";
import { changeHealth, type News } from "../state/health.ts";
import { withStore } from "../state/testing.ts";
import type { Store } from "../state/types.ts";
import { unreachable } from "../wire/trouble.ts";
import { deliverNews } from "./courier.ts";
import { payload } from "./payload.ts";
import { newsOf } from "./testing.ts";

const MINUTE = 60_000;
const URL_ = "https://hooks.example.test/services/T000/B000/s3cr3tpath";

interface House {
  store: Store & { clock: ManualClock };
  /** Messages that arrived. */
  sent: { url: string; body: Record<string, unknown> }[];
  lines: string[];
  /** What the other side answers from now on; 0: it is not there. */
  answers(status: number): void;
  deliver(settings?: Partial<Notify>, url?: string): Promise<number>;
  add(name: string, news?: Partial<News>): Promise<void>;
}

async function house(test: (house: House) => Promise<void>): Promise<void> {
  await withStore(async (store) => {
    let status = 200;
    const [sent, lines]: [House["sent"], string[]] = [[], []];
    await test({
      store,
      sent,
      lines,
      answers: (next) => void (status = next),
      deliver: (settings, url = URL_) =>
        deliverNews({
          store,
          owner: "test",
          settings: {
            origin: "https://hooks.example.test",
            format: "json",
            about: ["failures", "connections"],
            timezone: "UTC",
            quiet: [],
            ...settings,
          },
          url: () => Promise.resolve(url),
          log: (level, message, fields) => void lines.push(`${level}: ${message} ${JSON.stringify(fields)}`),
          wire: async (request) => {
            if (status === 0) throw unreachable(request, "the connection was refused");
            if (status < 300) sent.push({ url: request.url, body: await request.json() });
            return new Response(`no: ${request.url}`, { status, headers: { location: "https://evil.test/" } });
          },
        }),
      async add(name, news) {
        const text = `${name} is told`;
        await changeHealth(store, ["runs", name], () => ({
          after: {},
          news: { about: "failures", tone: "bad", text, ...news },
        }));
        store.clock.advance(1);
      },
    });
  });
}

Deno.test("news are delivered once, together, and what nobody wants is dropped", async () => {
  await house(async ({ store, sent, deliver, add }) => {
    assert.equal(await deliver(), 0);
    for (const name of ["one", "two"]) await add(name);
    await add("three", { about: "missed" });
    assert.equal(await deliver(), 2);
    assert.equal(await deliver(), 0);
    assert.deepEqual(sent.map(({ body }) => (body.news as News[]).map(({ text }) => text)), [
      ["one is told", "two is told"],
    ]);
    assert.equal(sent[0].url, URL_);
    assert.deepEqual(await newsOf(store), []);
  });
});

Deno.test("several instances that deliver at once send everything once", async () => {
  await house(async ({ sent, deliver, add }) => {
    for (let i = 0; i < 50; i++) await add(`p${i}`);
    const counts = await Promise.all([deliver(), deliver(), deliver(), deliver()]);
    assert.deepEqual(counts.sort(), [0, 0, 0, 50]);
    const texts = sent.flatMap(({ body }) => (body.news as News[]).map(({ text }) => text));
    assert.equal(texts.length, 50);
    assert.equal(new Set(texts).size, 50);
    assert.ok(sent.length >= 3, "a message is not longer than people read");
  });
});

Deno.test("what cannot be delivered waits longer each time, and the address is in no line", async () => {
  await house(async ({ store, sent, lines, answers, deliver, add }) => {
    await add("one");
    const tries: number[] = [];
    for (let minute = 0; minute < 200; minute++) {
      answers([500, 0, 302, 404][tries.length % 4]);
      const before = lines.length;
      await deliver();
      if (lines.length > before) tries.push(minute);
      store.clock.advance(MINUTE);
    }
    assert.deepEqual(tries, [0, 1, 3, 7, 15, 31, 63, 123, 183]);
    answers(200);
    store.clock.advance(60 * MINUTE);
    assert.equal(await deliver(), 1);
    assert.equal(sent.length, 1);
    for (
      const [bad, why] of [["not a url s3cr3tpath", /is no URL/], [
        "https://evil.test/s3cr3tpath",
        /another|origin/,
      ]] as const
    ) {
      await add(bad.slice(0, 9));
      assert.equal(await deliver({}, bad), 0);
      assert.match(lines.at(-1)!, why);
    }
    assert.equal(sent.length, 1, "nothing leaves to another origin");
    assert.ok(!lines.join("\n").includes("s3cr3tpath"));
    store.clock.advance(4 * 86_400_000);
    assert.equal(await deliver(), 0);
    assert.match(lines.at(-1)!, /^error: .*dropped/);
    assert.deepEqual(await newsOf(store), [], "and they do not pile up");
  });
});

Deno.test("in quiet hours nothing is sent; at their end all of it, in one message", async () => {
  await house(async ({ store, sent, deliver, add }) => {
    // 08:00 UTC is 01:00 in Denver.
    const quiet = { timezone: "America/Denver", quiet: [{ from: "22:00", to: "06:00" }] };
    for (let hour = 1; hour < 6; hour++) {
      await add(`h${hour}`);
      assert.equal(await deliver(quiet), 0);
      store.clock.advance(60 * MINUTE);
    }
    assert.equal(await deliver(quiet), 5);
    assert.equal(sent.length, 1);
  });
});

Deno.test("each format is what the other side takes, and no record's name becomes a link or a call", () => {
  const news = [{
    about: "rejected",
    tone: "bad",
    text: "<!channel> & [x](http://y) *z*",
    at: "2026-03-01T08:00:00Z",
  }] as const;
  assert.deepEqual(payload("slack", news), { text: "🔴 &lt;!channel&gt; &amp; [x](http://y) *z*" });
  const teams = payload("teams", news) as {
    type: string;
    attachments: {
      contentType: string;
      content: { type: string; version: string; body: { text: string; color: string }[] };
    }[];
  };
  assert.equal(teams.type, "message");
  assert.equal(teams.attachments[0].contentType, "application/vnd.microsoft.card.adaptive");
  assert.equal(teams.attachments[0].content.type, "AdaptiveCard");
  assert.equal(teams.attachments[0].content.body[0].text, "🔴 <!channel> & \\[x\\](http://y) \\*z\\*");
  assert.equal(teams.attachments[0].content.body[0].color, "attention");
  assert.deepEqual(payload("json", news), { source: "gusset", news: [news[0]] });
});
