/**
 * A project's documents on both sides: what was certified there, and what of it stands in the books.
 *
 * @module
 */
import { notThere } from "../../../acts/actor.ts";
import { byOrder, listCertified } from "../../../state/certified.ts";
import type { Certified, PostingRecord } from "../../../state/posting_types.ts";
import { listPostings } from "../../../state/postings.ts";
import { Badge, Empty, Head, Money, Table, Text } from "./parts.tsx";
import { type PageCall, type PageRoute, pathTo } from "./route.ts";

async function list(
  { api: { store }, query: { pipeline, project, name = project, from = "", to = "9999" } }: PageCall,
) {
  if (!pipeline || !project) throw notThere("No project is named", "Come here from a reconciliation.");
  const within = ({ date }: { date: string }): boolean => date >= from && date <= to;
  const sheets = (await Array.fromAsync(listCertified(store, pipeline, project)))
    .filter(within)
    .sort((a, b) => a.chain.localeCompare(b.chain) || byOrder(a, b));
  const all = await Array.fromAsync(listPostings(store, { pipeline, from: project }));
  const bySource = Map.groupBy(all, ({ source }) => source);
  const shown = new Set(sheets.map(({ key }) => key));
  const others = all.filter((one) => within(one) && !shown.has(one.source));
  const rows: { sheet?: Certified; documents: PostingRecord[] }[] = [
    ...sheets.map((sheet) => ({ sheet, documents: bySource.get(sheet.key) ?? [] })),
    ...others.map((one) => ({ documents: [one] })),
  ];
  const body = (
    <>
      <Head title={<Text of={name} />} lead={`Documents of ${pipeline} dated ${from} to ${to}, on both sides.`} />
      {rows.length === 0 ? <Empty>There are none in this period.</Empty> : (
        <Table
          label="Documents on both sides"
          rows={rows}
          columns={[
            {
              head: "certified",
              room: "wide",
              cell: ({ sheet, documents }) =>
                sheet
                  ? (
                    <>
                      <Text of={sheet.label ?? sheet.key} />
                      <span class="under">{`contract ${sheet.chain}`}</span>
                    </>
                  )
                  : (
                    <>
                      <Text of={documents[0].label ?? documents[0].source} />
                      <span class="under">certified in another period</span>
                    </>
                  ),
            },
            { head: "dated", room: "narrow", cell: ({ sheet }) => sheet?.date ?? "" },
            {
              head: "value",
              right: true,
              cell: ({ sheet }) => <Money value={sheet?.value} currency={sheet?.currency} />,
            },
            {
              head: "in the books",
              cell: ({ sheet, documents }) =>
                documents.length === 0
                  ? (
                    <Text
                      of={sheet?.why ??
                        (sheet?.history ? "History: counted, and never posted" : "Nothing was posted for it")}
                    />
                  )
                  : documents.map(({ key, state, journal, purpose }) => (
                    <div>
                      <Badge word={state} />{" "}
                      <a href={pathTo("postings", key)}>
                        <Text of={journal?.name ?? `${purpose}, ${key}`} />
                      </a>
                    </div>
                  )),
            },
            {
              head: "debits",
              right: true,
              cell: ({ documents }) =>
                documents.map(({ value, currency }) => (
                  <div>
                    <Money value={value} currency={currency} />
                  </div>
                )),
            },
          ]}
        />
      )}
    </>
  );
  return { title: name ?? project, body };
}

/** The routes. */
export const documentRoutes: readonly PageRoute[] = [
  { method: "get", path: "/console/reconciliation/documents", takes: "read", does: list },
];
