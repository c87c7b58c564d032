/**
 * The keys of the house: secrets, tokens, the audit log; and what the files say of themselves.
 *
 * @module
 */
import { z } from "zod";
import { checkFiles, checkShown } from "../../../acts/check.ts";
import { removeSecret, setSecret } from "../../../acts/secrets.ts";
import { createToken, isDay, revokeToken, TOKEN_NAME, tokensShown } from "../../../acts/tokens.ts";
import { jsonSchema } from "../../../pipeline/schema.ts";
import { type AuditEntry, listAudit, verifyAudit } from "../../../state/audit.ts";
import { ROLES } from "../../../state/roles.ts";
import { pageIn, pageOf, paging, placeOf } from "../page.ts";
import { auditShape, diagnosticShape, pageShape, secretShape, tokenShape } from "../shapes.ts";
import { type Route, route } from "../types.ts";

const flag = z.enum(["true", "false"]).transform((text) => text === "true").optional();
const named = z.object({ name: z.string() });

async function* kept(items: AsyncIterable<AuditEntry>, keep: (item: AuditEntry) => boolean) {
  for await (const item of items) if (keep(item)) yield item;
}

/** The routes. */
export const adminRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/check",
    id: "check",
    says: "Checks pipelines, reconciliations and connections: every mistake with its place and what to write instead",
    takes: "read",
    verbs: ["check"],
    query: z.strictObject({ strict: flag.describe("Warnings count as errors") }),
    answer: z.looseObject({ ok: z.boolean(), diagnostics: z.array(diagnosticShape) }),
    does: async ({ api, query }) => ({ json: checkShown(await checkFiles({ ...api.files, ...query })) }),
  }),
  route({
    method: "get",
    path: "/schema",
    id: "showSchema",
    says: "Gives the JSON Schemas that editors check pipelines and connections with",
    takes: "read",
    verbs: ["schema"],
    answer: z.record(z.string(), z.unknown()),
    does: ({ api }) => ({ json: jsonSchema(api.files.registry) }),
  }),
  route({
    method: "get",
    path: "/version",
    id: "showVersion",
    says: "Gives the version of Gusset, and who asks",
    takes: "read",
    verbs: ["version"],
    answer: z.object({ version: z.string(), name: z.string(), role: z.enum(ROLES) }),
    does: ({ api, who: { name, role } }) => ({ json: { version: api.version, name, role } }),
  }),
  route({
    method: "get",
    path: "/secrets",
    id: "listSecrets",
    says: "Lists names and dates of secrets; values are never shown",
    takes: "read",
    verbs: ["secret list"],
    query: z.strictObject(paging),
    answer: pageShape(secretShape),
    async does({ api, query }) {
      const all = (await api.vault.listSecrets())
        .map(({ name, version, createdAt, setAt }) => ({ name, version, createdAt, setAt }));
      return { json: pageIn(all, query, ({ name }) => name) };
    },
  }),
  route({
    method: "put",
    path: "/secrets/{name}",
    id: "setSecret",
    says: "Seals a value under a name",
    takes: "secret.set",
    verbs: ["secret set"],
    body: z.strictObject({ value: z.string().min(1).max(20_000) }),
    answer: secretShape,
    async does({ api, actor, params: { name }, body: { value } }) {
      api.hide([value]);
      const { version } = await setSecret(actor, api.vault, name, value);
      return { json: { name, version } };
    },
  }),
  route({
    method: "delete",
    path: "/secrets/{name}",
    id: "removeSecret",
    says: "Forgets a secret",
    takes: "secret.remove",
    verbs: ["secret remove"],
    answer: named,
    async does({ api, actor, params: { name } }) {
      await removeSecret(actor, api.vault, name);
      return { json: { name } };
    },
  }),
  route({
    method: "get",
    path: "/tokens",
    id: "listTokens",
    says: "Lists names, roles and dates of tokens; tokens are never shown",
    takes: "admin",
    verbs: ["token list"],
    query: z.strictObject(paging),
    answer: pageShape(tokenShape),
    does: async ({ api, query }) => ({ json: pageIn(await tokensShown(api.store), query, ({ name }) => name) }),
  }),
  route({
    method: "post",
    path: "/tokens",
    id: "createToken",
    says: "Makes a token and gives it, this once",
    takes: "token.create",
    verbs: ["token create"],
    body: z.strictObject({
      name: z.string().regex(TOKEN_NAME, "It must be letters, digits, dots, dashes, underscores and @."),
      role: z.enum(ROLES),
      expires: z.string().refine(isDay, "It must be a day, as in 2026-12-31.").optional(),
    }),
    answer: z.object({ name: z.string(), role: z.enum(ROLES), expires: z.string().optional(), token: z.string() }),
    status: 201,
    async does({ actor, body }) {
      return { json: { ...body, token: await createToken(actor, body) }, secret: true };
    },
  }),
  route({
    method: "delete",
    path: "/tokens/{name}",
    id: "revokeToken",
    says: "Makes a token useless",
    takes: "token.revoke",
    verbs: ["token revoke"],
    answer: z.object({ name: z.string(), revoked: z.boolean(), already: z.boolean() }),
    does: async ({ actor, params: { name } }) => ({
      json: { name, revoked: true, already: await revokeToken(actor, name) !== undefined },
    }),
  }),
  route({
    method: "get",
    path: "/audit",
    id: "listAudit",
    says: "Lists every change that a person made, newest first",
    takes: "read",
    verbs: ["audit list"],
    query: z.strictObject({
      ...paging,
      who: z.string().optional().describe("Only what this person did"),
      what: z.string().optional().describe("Only this act, or acts: `posting`, `posting.retry`"),
      subject: z.string().optional().describe("Only what was done to this"),
    }),
    answer: pageShape(auditShape),
    async does({ api, query: { limit, cursor, who, what, subject } }) {
      const [number] = placeOf(cursor, 1) ?? [];
      const before = number === undefined ? undefined : Number(number) || 0;
      const wanted = (entry: AuditEntry): boolean =>
        (who ?? entry.who) === entry.who && (subject ?? entry.subject) === entry.subject &&
        (what === undefined || entry.what === what || entry.what.startsWith(`${what}.`));
      const entries = kept(listAudit(api.store, { reverse: true, before }), wanted);
      return { json: await pageOf(entries, limit, ({ number }) => [String(number)]) };
    },
  }),
  route({
    method: "get",
    path: "/audit/verify",
    id: "verifyAudit",
    says: "Walks the chain, and names the first entry that is not what it was",
    takes: "read",
    verbs: ["audit verify"],
    query: z.strictObject({
      last: z.string().regex(/^\d{1,12}:[0-9a-f]{64}$/, "It must be NUMBER:HASH.").optional()
        .describe("An entry that was noted elsewhere: it must still be there"),
    }),
    answer: z.object({
      ok: z.boolean(),
      entries: z.number(),
      head: z.object({ number: z.number(), hash: z.string() }),
      broken: z.object({ number: z.number(), fault: z.string() }).optional(),
    }),
    async does({ api, query: { last } }) {
      const [number, hash] = last?.split(":") ?? [];
      const verdict = await verifyAudit(api.store, last === undefined ? undefined : { number: Number(number), hash });
      return { json: { ok: verdict.broken === undefined, ...verdict } };
    },
  }),
];
