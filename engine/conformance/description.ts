/**
 * What a connector says of itself: its settings and its streams agree with what it does.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Stream, Webhooks } from "../connector.ts";
import { asFailure, Failure } from "../failure.ts";
import { fieldsOf } from "../fields.ts";
import { benchFor, ORIGIN } from "./bench.ts";
import type { Check, Subject } from "./types.ts";

/** The secrets that a login needs: without webhooks all, else those that the settings cannot be without. */
export function loginSecrets(subject: Subject): readonly string[] {
  const { secrets, settings, webhooks } = subject.connector;
  if (!webhooks) return secrets;
  const given = benchFor(subject).sandbox.settings(ORIGIN);
  return secrets.filter((secret) => !settings.safeParse({ ...given, [secret]: undefined }).success);
}

const CANARY = "canary-6f1d0c";

function webhookCheck(subject: Subject, { authentic, read }: Webhooks): Check {
  const { connector } = subject;
  return {
    name: "webhooks: what carries no secret is nobody's, and what is no delivery is refused without a word of it",
    run: inTime(() => {
      const given = benchFor(subject).sandbox.settings(ORIGIN);
      const login = new Set(loginSecrets(subject));
      const without = Object.fromEntries(
        Object.entries(given).filter(([name]) => login.has(name) || !connector.secrets.includes(name)),
      );
      for (const settings of [given, without].map((one) => connector.settings.parse(one))) {
        for (const value of ["", "Bearer", "Bearer ", "Bearer undefined", CANARY]) {
          assert.ok(!authentic(settings, new Headers({ authorization: value })), `${value} is taken for the secret`);
        }
        assert.ok(!authentic(settings, new Headers()), "a call without any header is taken for ours");
        for (const body of ["", CANARY, "null", "[]", `{"${CANARY}":"${CANARY}"}`, `["${CANARY}"`, "{}"]) {
          try {
            read(settings, body);
            assert.fail(`${body} is read as a delivery`);
          } catch (thrown) {
            const failure = asFailure(thrown);
            assert.equal(failure.code, "webhook.malformed", `${failure.stack}`);
            assert.ok(!JSON.stringify(failure).includes(CANARY), "a refusal quotes the body");
          }
        }
      }
    }),
  };
}

/** The checks. */
export function descriptionChecks(subject: Subject): Check[] {
  const { connector } = subject;
  return [
    {
      name: "settings: the sandbox's are taken, an unknown one and a missing secret are not",
      run: inTime(() => {
        const given = benchFor(subject).sandbox.settings(ORIGIN);
        const parsed = connector.settings.safeParse(given);
        assert.ok(parsed.success, `the sandbox's own settings are refused: ${parsed.error}`);
        const unknown = connector.settings.safeParse({ ...given, no_such_setting: "x" });
        assert.ok(!unknown.success, "a setting that does not exist is taken without a word");
        assert.match(String(unknown.error), /no_such_setting/);
        for (const secret of connector.secrets) {
          assert.ok(Object.hasOwn(given, secret), `the sandbox's settings lack the secret ${secret}`);
        }
        for (const secret of loginSecrets(subject)) {
          const { [secret]: _, ...others } = given;
          assert.ok(!connector.settings.safeParse(others).success, `${secret} may be left out`);
        }
      }),
    },
    ...connector.webhooks ? [webhookCheck(subject, connector.webhooks)] : [],
    {
      name: "origins: they are origins, and the sandbox's own is among them",
      run: inTime(() => {
        const origins = connector.origins(connector.settings.parse(benchFor(subject).sandbox.settings(ORIGIN)));
        for (const origin of origins) assert.equal(new URL(origin).origin, origin);
        assert.ok(origins.includes(ORIGIN), `${origins} lack ${ORIGIN}`);
      }),
    },
    ...Object.entries(connector.streams).map(([name, stream]): Check => ({
      name: `${name}: the description agrees with the schemas and with the open stream`,
      run: inTime(() => {
        described(stream);
        const open = benchFor(subject).open().stream(name);
        assert.equal(open.read !== undefined, stream.source !== undefined, "read is there where it is a source");
        assert.equal(open.find !== undefined, stream.destination !== undefined, "find where it is a destination");
        assert.equal(open.write !== undefined, stream.destination !== undefined, "write where it is a destination");
        for (const way of ["post", "probe", "withdraw", "calendar", "review", "posted"] as const) {
          assert.equal(open[way] !== undefined, stream.posting !== undefined, `${way} where documents are posted`);
        }
      }),
    })),
    {
      name: "a stream that does not exist is refused by name",
      run: inTime(() => {
        const session = benchFor(subject).open();
        for (const name of ["no_such_stream", "constructor", "__proto__"]) {
          assert.throws(() => session.stream(name), Failure, name);
        }
      }),
    },
  ];
}

/** What throws becomes a promise that rejects. */
const inTime = (work: () => void): () => Promise<void> => () => Promise.try(work);

function described({ description, record, key, label, source, destination, posting }: Stream): void {
  assert.ok(description.trim().length > 0, "it has no description");
  const fields = fieldsOf(record);
  assert.ok(Object.hasOwn(fields, key), `the record lacks its key ${key}`);
  assert.ok(fields[key].required, `the key ${key} may be absent`);
  if (label !== undefined) assert.ok(Object.hasOwn(fields, label), `the record lacks its label ${label}`);
  assert.ok(source || destination || posting, "nothing can be read, written or posted");
  if (source) {
    assert.ok(source.pageSize > 0 && source.overlap >= 0);
    assert.ok(!source.incremental || source.overlap > 0, "a cursor that never steps back misses what commits late");
  }
  if (!destination) return;
  const settable = fieldsOf(destination.fields);
  for (const field of destination.find) assert.ok(Object.hasOwn(fields, field), `find names ${field}`);
  for (const field of destination.unique) assert.ok(Object.hasOwn(settable, field), `unique names ${field}`);
  for (const field of Object.keys(settable)) {
    if (!Object.hasOwn(fields, field)) continue;
    assert.equal(fields[field].kind, settable[field].kind, `${field} is read as another kind than it is set as`);
  }
  const { identity, active, bulk, creates, deactivates } = destination;
  assert.ok(bulk > 0);
  assert.ok(!creates || identity !== undefined, "what is created without an identity is found again by nothing");
  if (identity !== undefined) {
    assert.ok(Object.hasOwn(settable, identity), `the identity ${identity} cannot be set`);
    assert.ok(destination.find.includes(identity), `the identity ${identity} cannot be found by`);
  }
  assert.ok(!deactivates || active !== undefined, "it deactivates, and no field says whether a row is active");
  if (active !== undefined) assert.equal(fields[active]?.kind, "boolean", `${active} is no truth value`);
}
