/**
 * Connections: who answers, what may be done there, what is left of the rate budget; and secrets, which go in and never come out.
 *
 * @module
 */
import { findings } from "../../../acts/connections.ts";
import { removeSecret, setSecret } from "../../../acts/secrets.ts";
import type { Finding } from "../../../connector.ts";
import type { ConnectionConfig } from "../../../pipeline/model.ts";
import { connectionOf } from "../../../pipeline/named.ts";
import { listHealth } from "../../../state/health.ts";
import { budgetsOf } from "../../../state/permits.ts";
import { listPins } from "../../../state/pins.ts";
import type { Store } from "../../../state/types.ts";
import { may } from "../../../state/roles.ts";
import { counted, number } from "../../../words.ts";
import { Act, Ago, Badge, Empty, Facts, Head, Table, Text } from "../money/parts.tsx";
import { fieldOf, mayDo, type PageAnswer, type PageCall, type PageRoute, pathTo } from "../money/route.ts";
import { Until } from "./overview.tsx";

interface Pinged {
  at: string;
  found: Finding[];
}

/** What the last ping of each connection found, for as long as this process lives. */
const pings = new WeakMap<Store, Map<string, Pinged>>();

async function list({ api, who, csrf }: PageCall): Promise<PageAnswer> {
  const { store } = api;
  const now = store.clock.now();
  const pins = new Map((await Array.fromAsync(listPins(store))).map((pin) => [pin.connection, pin]));
  const circuits = await listHealth<{ state?: string; since?: string }>(store, "circuit");
  const secrets = may(who.role, "admin") ? await api.vault.listSecrets() : [];
  const sections = await Promise.all(
    Object.values(api.project().connections).map(async (config) => {
      const { name, connector, tag } = config;
      const pinged = pings.get(store)?.get(name);
      const pin = pins.get(name);
      const budgets = await budgetsOf(store, name);
      const wants = secretsOf(config);
      return (
        <section class="card" id={`connection-${name}`}>
          <h2>
            {api.files.registry[connector].title} <State pinged={pinged} broken={circuits.has(name)} />
          </h2>
          <Facts
            facts={[
              ["Connection", <bdi>{name}</bdi>],
              ["Tag", <bdi>{tag}</bdi>],
              [
                "Who answered first",
                pin
                  ? (
                    <>
                      <Text of={pin.name} />
                      <span class="under">
                        <Ago at={pin.at} now={now} /> ago
                      </span>
                    </>
                  )
                  : "nobody yet",
              ],
              [
                "Rate budget",
                budgets.length === 0
                  ? "not told yet"
                  : budgets.map(({ limit, remaining, resetAt }) => (
                    <span class="under">
                      {`${number(remaining)} of ${number(limit)} calls left, anew `}
                      <Until at={new Date(resetAt).toISOString()} now={now} />
                    </span>
                  )),
              ],
            ]}
          />
          {pinged ? <Findings {...pinged} now={now} /> : (
            <p class="says">
              It was not asked since this process began. A ping tells who answers, how long the session or token lives,
              and which permissions are there.
            </p>
          )}
          {may(who.role, "operate") && (
            <div class="acts">
              <Act to={`${pathTo("connections", name)}/ping`} csrf={csrf} word="Ping" />
            </div>
          )}
          {mayDo(who, "secret.set") && wants.length > 0 && (
            <>
              <h3>Secrets of this connection</h3>
              <div class="acts">
                {wants.map((secret) => (
                  <SetSecret
                    name={secret}
                    csrf={csrf}
                    there={secrets.find((one) => one.name === secret)}
                    now={now}
                  />
                ))}
              </div>
            </>
          )}
        </section>
      );
    }),
  );
  const wanted = new Set(Object.values(api.project().connections).flatMap(secretsOf));
  const others = secrets.filter(({ name }) => !wanted.has(name));
  const body = (
    <>
      <Head title="Connections" lead="The systems that are joined, and whether they answer." />
      {sections.length === 0 ? <Empty>There is no connection.</Empty> : sections}
      {mayDo(who, "secret.set") && (
        <section>
          <h2>Other secrets</h2>
          {others.length > 0 && (
            <Table
              label="Other secrets"
              rows={others}
              columns={[
                { head: "name", cell: ({ name }) => <bdi>{name}</bdi> },
                { head: "version", right: true, cell: ({ version }) => version },
                { head: "set", cell: ({ setAt }) => <Ago at={setAt} now={now} /> },
                {
                  head: "",
                  cell: ({ name }) => (
                    <form
                      method="post"
                      action={`${pathTo("secrets", name)}/remove`}
                      data-confirm={`The secret ${name} is forgotten. What uses it stops working.`}
                    >
                      <input type="hidden" name="csrf" value={csrf} />
                      <button type="submit">Forget</button>
                    </form>
                  ),
                },
              ]}
            />
          )}
          <form class="act card" method="post" action="/console/secrets">
            <input type="hidden" name="csrf" value={csrf} />
            <label>
              Name
              <input name="name" required maxlength={100} autocomplete="off" pattern="[a-z0-9][a-z0-9-]*" />
            </label>
            <label>
              Value
              <input type="password" name="value" required autocomplete="new-password" />
            </label>
            <button type="submit">Set</button>
            <p class="says">
              A value goes in and never comes out. In its file, a connection names it as {"{ secret: NAME }"}.
            </p>
          </form>
        </section>
      )}
    </>
  );
  return { title: "Connections", body };
}

const State = ({ pinged, broken }: { pinged?: Pinged; broken: boolean }) => {
  if (broken) return <Badge word="does not answer" tone="bad" />;
  if (!pinged) return <Badge word="not asked" tone="quiet" />;
  const fails = pinged.found.filter(({ level }) => level === "fail").length;
  const warns = pinged.found.filter(({ level }) => level === "warn").length;
  if (fails > 0) return <Badge word={`${counted(fails, "thing")} to mend`} tone="bad" />;
  return warns > 0
    ? <Badge word={`answers, ${counted(warns, "remark")}`} tone="wait" />
    : <Badge word="answers" tone="good" />;
};

const LEVELS = { ok: "good", warn: "wait", fail: "bad" } as const;

const Findings = ({ at, found, now }: Pinged & { now: number }) => (
  <>
    <p class="says">
      Asked <Ago at={at} now={now} /> ago:
    </p>
    <Table
      label="What the ping found"
      rows={found}
      columns={[
        { head: "", cell: ({ level }) => <Badge word={level} tone={LEVELS[level]} /> },
        {
          head: "finding",
          cell: ({ level, message, action }) => (
            <>
              <Text of={message} />
              {action && level !== "ok" && (
                <span class="under">
                  <Text of={action} />
                </span>
              )}
            </>
          ),
        },
      ]}
    />
  </>
);

const SetSecret = ({ name, csrf, there, now }: {
  name: string;
  csrf: string;
  there?: { version: number; setAt: string };
  now: number;
}) => (
  <form class="act" method="post" action="/console/secrets">
    <input type="hidden" name="csrf" value={csrf} />
    <input type="hidden" name="name" value={name} />
    <label>
      {name}
      <input type="password" name="value" required autocomplete="new-password" />
    </label>
    <button type="submit">{there ? "Replace" : "Set"}</button>
    <p class="says">
      {there
        ? (
          <>
            Version {there.version}, set <Ago at={there.setAt} now={now} /> ago.
          </>
        )
        : "Not set yet."}
    </p>
  </form>
);

/** The names of the secrets that a connection's settings refer to. */
function secretsOf({ settings }: ConnectionConfig): string[] {
  const found = new Set<string>();
  const look = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const { secret } = value as { secret?: unknown };
    if (typeof secret === "string") found.add(secret);
    else Object.values(value).forEach(look);
  };
  look(settings);
  return [...found];
}

async function ping({ api, params, signal }: PageCall): Promise<PageAnswer> {
  const { name } = connectionOf(api.project(), params.connection);
  const found = await api.withEngine(
    { readOnly: true, signal },
    ({ engine }) => Array.fromAsync(findings(engine, name)),
  );
  const all = pings.get(api.store) ?? new Map<string, Pinged>();
  pings.set(api.store, all.set(name, { at: new Date(api.store.clock.now()).toISOString(), found }));
  const fails = found.filter(({ level }) => level === "fail").length;
  return {
    go: "/console/connections",
    said: fails === 0 ? `${name} answers.` : `${name}: ${counted(fails, "thing")} to mend.`,
  };
}

async function set({ api, actor, form }: PageCall): Promise<PageAnswer> {
  const name = fieldOf(form, "name");
  // As it was typed: blanks may be part of it.
  const value = form.get("value");
  const text = typeof value === "string" ? value : "";
  api.hide([text]);
  const { version } = await setSecret(actor, api.vault, name, text);
  return { go: "/console/connections", said: `${name} is set, version ${version}.` };
}

/** The routes. */
export const connectionPages: readonly PageRoute[] = [
  { method: "get", path: "/console/connections", takes: "read", does: list },
  { method: "post", path: "/console/connections/:connection/ping", takes: "operate", does: ping },
  { method: "post", path: "/console/secrets", takes: "secret.set", does: set },
  {
    method: "post",
    path: "/console/secrets/:name/remove",
    takes: "secret.remove",
    async does({ api, actor, params }) {
      await removeSecret(actor, api.vault, params.name);
      return { go: "/console/connections", said: `${params.name} is forgotten.` };
    },
  },
];
