/**
 * What a session promises: it calls nobody before it is used, says who answers, keeps to its hosts and its secrets, and ends quietly.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Finding, type Session, WHOLE, type Wire } from "../connector.ts";
import { asFailure, Failure } from "../failure.ts";
import { type Bench, benchFor, type Opening, ORIGIN, reading } from "./bench.ts";
import { loginSecrets } from "./description.ts";
import { always, TROUBLES } from "./trouble.ts";
import type { Check, Subject } from "./types.ts";

/** Stands for a password that nobody may ever see again. */
const CANARY = "c4n4ry-S3cret/+&=?ü";

/** The checks. */
export function sessionChecks(subject: Subject): Check[] {
  const { connector } = subject;
  const bench = () => benchFor(subject);
  return [
    {
      name: "session: opening calls nobody, and neither does closing what was never used",
      run: async () => {
        const one = bench();
        const session = one.open();
        for (const name of Object.keys(connector.streams)) session.stream(name);
        await session.close();
        assert.deepEqual(one.sent, []);
      },
    },
    {
      name: "session: identity is the same in every session, in words and in facts",
      run: async () => {
        const one = bench();
        const first = await one.open().identity();
        const session = one.open();
        assert.deepEqual([await session.identity(), await session.identity()], [first, first]);
        assert.ok(first.name.trim());
        assert.ok(Object.keys(first.facts).length > 0, "without facts another system would not be noticed");
        for (const [fact, value] of Object.entries(first.facts)) assert.equal(typeof value, "string", fact);
      },
    },
    {
      name: "session: a ping finds nothing wrong with the sandbox",
      run: async () => {
        const findings = await pinged(bench().open());
        assert.deepEqual(findings.filter(({ level }) => level === "fail"), []);
      },
    },
    {
      name: "session: a ping never throws, whatever answers, and says what to do",
      run: async () => {
        for (const [what, trouble] of Object.entries(TROUBLES)) {
          const findings = await pinged(bench().open({ trouble: [always(trouble)] }));
          const failed = findings.filter(({ level }) => level === "fail");
          assert.ok(failed.length > 0, `${what}, always, is no failure to it`);
          for (const { action } of failed) assert.ok(action?.trim(), `${what}: a finding without an action`);
          for (const at of [2, 3, 5]) await pinged(bench().open({ trouble: [{ ...trouble, at }] }));
        }
      },
    },
    {
      name: "session: a wrong secret is refused in plain words, tried once, and never said",
      run: async () => {
        for (const secret of loginSecrets(subject)) {
          const one = bench();
          const session = one.open({ settings: { [secret]: CANARY } });
          const failure = await session.identity().then(() => assert.fail(`a wrong ${secret} is taken`), asFailure);
          assert.equal(failure.code, "login.refused", `${failure.stack}`);
          assert.equal(one.sent.length, 1, "accounts are locked after a few attempts");
          await pinged(session);
          quiet([...traces(failure), ...one.lines], [CANARY], secret);
        }
      },
    },
    {
      name: "session: no request leaves to another host, whatever an answer points to",
      run: async () => {
        const elsewhere = "https://elsewhere.test/next";
        const pointing: Wire[] = [
          () => Promise.resolve(new Response(null, { status: 302, headers: { location: elsewhere } })),
          () => Promise.resolve(new Response(null, { status: 307, headers: { location: elsewhere } })),
        ];
        const arounds: Opening["around"][] = [
          ...pointing.map((wire) => () => wire),
          (wire) => async (request) => {
            const response = await wire(request);
            const headers = new Headers(response.headers);
            headers.set("link", `<${elsewhere}>; rel="next"`);
            return new Response(response.body, { status: response.status, headers });
          },
        ];
        for (const around of arounds) {
          const one = bench();
          await everything(one.open({ around }), subject);
          assert.ok(one.sent.length > 0);
          for (const { url } of one.sent) assert.equal(new URL(url).origin, ORIGIN, url);
        }
      },
    },
    {
      name: "session: no secret and no token shows in an address, a log line or a failure",
      run: async () => {
        const openings: Opening[] = [
          {},
          ...Object.values(TROUBLES).flatMap((trouble): Opening[] => [{ trouble: [{ ...trouble, at: 2 }] }, {
            trouble: [always(trouble)],
          }]),
        ];
        for (const opening of openings) {
          for (const wrong of [false, true]) {
            const one = bench();
            const canaries = wrong ? Object.fromEntries(connector.secrets.map((name) => [name, CANARY])) : {};
            const said = await everything(one.open({ ...opening, settings: canaries }), subject);
            const texts = [...said, ...one.lines, ...one.sent.map(({ url }) => url)];
            quiet(texts, wrong ? [CANARY] : proofsOf(one), JSON.stringify(opening));
          }
        }
      },
    },
    {
      name: "session: closing never throws: twice, without a network, after a failure",
      run: async () => {
        const one = bench();
        const session = one.open();
        await session.identity();
        await session.close();
        await session.close();
        for (const trouble of Object.values(TROUBLES)) {
          const troubled = bench().open({ trouble: [{ ...trouble, at: 2, times: Infinity }] });
          await troubled.identity().catch(() => {});
          await troubled.close();
        }
      },
    },
  ];
}

async function pinged(session: Session): Promise<Finding[]> {
  const findings = await Array.fromAsync(session.ping());
  assert.ok(findings.length > 0, "a ping says nothing");
  for (const { level, message } of findings) {
    assert.ok(["ok", "warn", "fail"].includes(level), level);
    assert.ok(message.trim(), "a finding without words");
  }
  return findings;
}

/** Uses all of a session and gives what it said: findings, failures with their stacks and causes. */
async function everything(session: Session, { connector }: Subject): Promise<string[]> {
  const said = (await pinged(session)).map((finding) => JSON.stringify(finding));
  const failures: unknown[] = [];
  const trying = async (work: () => Promise<unknown>): Promise<void> => {
    await work().catch((error) => failures.push(error));
  };
  await trying(() => session.identity());
  for (const [name, { source, destination }] of Object.entries(connector.streams)) {
    const open = session.stream(name);
    let partition = WHOLE;
    await trying(async () => {
      partition = (await open.partitions())[0] ?? WHOLE;
    });
    if (source) failures.push((await reading(session, name, { partition, since: null, after: null })).thrown);
    if (destination) {
      for (const by of ["id", ...destination.find]) {
        await trying(() => open.find!({ partition, by, values: ["1", "CONF-1"] }));
      }
      const fields = { [destination.identity ?? "id"]: "CONF-1" };
      await trying(() => open.write!(partition, [{ action: "create", fields }]));
    }
  }
  await session.close();
  return [...said, ...failures.filter((failure) => failure !== undefined).flatMap(traces)];
}

/** All that a failure can show of itself: as data, its stack, and those of its causes. */
function traces(failure: unknown): string[] {
  const all: string[] = failure instanceof Failure ? [JSON.stringify(failure)] : [];
  for (let at = failure; at instanceof Error; at = at.cause) all.push(at.stack ?? String(at), at.message);
  return all;
}

/** What proved who asked, without the scheme's name: `Basic`, `Bearer`, a cookie's name. */
function proofsOf({ sent }: Bench): string[] {
  const proofs = sent.flatMap(({ proofs }) => proofs.map((proof) => proof.replace(/^(\w+ |[^=]+=)/, "")));
  return [...new Set(proofs)].filter((proof) => proof.length >= 8);
}

/** Fails where a text holds a secret, as it is, in Base64 or escaped for an address. */
function quiet(texts: readonly string[], secrets: readonly string[], when: string): void {
  for (const secret of secrets) {
    const inside = new TextEncoder().encode(secret).toBase64().replace(/=+$/, "").slice(0, -2);
    const forms = [secret, JSON.stringify(secret).slice(1, -1), inside, encodeURIComponent(secret)];
    for (const form of forms) {
      for (const text of texts) assert.ok(!text.includes(form), `${when}: a secret shows in ${text}`);
    }
  }
}
