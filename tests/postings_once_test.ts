import { line, order } from "./support/orders.ts";
import {
  addLine,
  all,
  approve,
  bill,
  billRows,
  cancel,
  change,
  correct,
  payables,
  raise,
  receive,
  remove,
  reopen,
  retaining,
  wait,
} from "./support/posting_acts.ts";
import { type Story, tell } from "./support/posting_story.ts";

const stories: Story[] = [
  {
    name: "approved, journalised, invoiced in full",
    steps: [
      { when: "approved", does: bill(1, ["400", "100.25"]), open: { 1001: "400", 1002: "100.25" }, makes: "recognise" },
      { when: "invoiced in full", does: payables("I-1", { 1001: "400", 1002: "100.25" }), open: {}, makes: "adjust" },
    ],
  },
  {
    name: "invoiced in two parts, with a credit memo, and cancelled again",
    steps: [
      { when: "approved", does: bill(1, ["400", "100.25"]), open: { 1001: "400", 1002: "100.25" } },
      {
        when: "a part is invoiced",
        does: payables("I-1", { 1001: "150.01" }),
        open: { 1001: "249.99", 1002: "100.25" },
      },
      { when: "the rest", does: payables("I-2", { 1001: "249.99", 1002: "100.25" }), open: {} },
      { when: "a credit memo", does: payables("CM-1", { 1001: "-30.30" }), open: { 1001: "30.3" }, makes: "adjust" },
      { when: "one is cancelled", does: cancel("I-2"), open: { 1001: "280.29", 1002: "100.25" } },
      { when: "the other, too", does: cancel("I-1"), open: { 1001: "400", 1002: "100.25" } },
    ],
  },
  {
    name: "billed before it is certified, and more than is certified",
    steps: [
      { when: "invoiced first", does: payables("I-1", { 1001: "500" }), open: {}, makes: "" },
      { when: "certified for less", does: bill(1, ["400", "0"]), open: {}, makes: "" },
      {
        when: "certified for more",
        does: bill(1, ["200", "10"]),
        open: { 1001: "100", 1002: "10" },
        makes: "recognise",
      },
      {
        when: "the invoice is cancelled",
        does: cancel("I-1"),
        open: { 1001: "600", 1002: "10" },
        makes: "recognise, adjust",
      },
    ],
  },
  {
    name: "accrued on receipt",
    orders: [order(1, [line("1000", { SHIPMENT: { ACCRUE_ON_RECEIPT_FLAG: "Y" } }), line("500")])],
    steps: [
      { when: "certified", does: bill(1, ["400", "100"]), open: { 1001: "400", 1002: "100" } },
      { when: "received", does: receive("1001", "300"), open: { 1001: "100", 1002: "100" } },
      {
        when: "received where nothing accrues",
        does: receive("1002", "100"),
        open: { 1001: "100", 1002: "100" },
        makes: "",
      },
      {
        when: "what was received is invoiced",
        does: payables("I-1", { 1001: "300" }),
        open: { 1001: "100", 1002: "100" },
        makes: "",
      },
      {
        when: "more than was received",
        does: payables("I-2", { 1001: "50", 1002: "40" }),
        open: { 1001: "50", 1002: "60" },
      },
      { when: "sent back", does: receive("1001", "0"), open: { 1001: "50", 1002: "60" }, makes: "" },
    ],
  },
  {
    name: "a change order is approved, billed, and invoiced on the raised distribution",
    plain: false,
    steps: [
      { when: "certified", does: bill(1, ["400", "0"]), open: { 1001: "400" } },
      { when: "a change order is approved: no cost", does: change(1, ["200"]), open: { 1001: "400" }, makes: "" },
      {
        when: "it is billed",
        does: billRows(1, ["600", "0", "150"]),
        open: { 1001: "1000", change: "150" },
        makes: "recognise",
      },
      { when: "the order is raised", does: raise(1, 1, "1200"), open: { 1001: "1000", change: "150" }, makes: "" },
      {
        when: "it is invoiced on the line it raised",
        does: payables("I-1", { 1001: "1100" }),
        open: { change: "50" },
        makes: "adjust",
      },
      { when: "to the end", does: payables("I-2", { 1001: "50" }), open: {}, makes: "adjust" },
      { when: "the invoice of all is cancelled", does: cancel("I-1"), open: { 1001: "950", change: "150" } },
    ],
  },
  {
    name: "a change order is billed, and invoiced on a distribution that was added on its account",
    plain: false,
    steps: [
      {
        when: "billed",
        does: all(change(1, ["200"]), billRows(1, ["400", "50", "150"])),
        open: { 1001: "400", 1002: "50", change: "150" },
      },
      {
        when: "the order gets a line",
        does: addLine(1, 3, "200"),
        open: { 1001: "400", 1002: "50", change: "150" },
        makes: "",
      },
      {
        when: "it is invoiced there",
        does: payables("I-1", { 1003: "120" }),
        open: { 1001: "400", 1002: "50", change: "30" },
      },
      { when: "more than was billed of it", does: payables("I-2", { 1003: "80" }), open: { 1001: "400", 1002: "50" } },
    ],
  },
  {
    name: "an order of two projects on one account: what is invoiced in one is none of the other's change orders",
    plain: false,
    orders: [order(1, [line("1000"), line("600", { PROJECT: "DEN-2" })])],
    steps: [
      {
        when: "billed",
        does: all(change(1, ["200"]), billRows(1, ["400", "150"])),
        open: { 1001: "400", change: "150" },
      },
      {
        when: "invoiced in the other",
        does: payables("I-1", { 1002: "300" }),
        open: { 1001: "400", change: "150" },
        makes: "",
      },
      { when: "invoiced in its own", does: payables("I-2", { 1001: "500" }), open: { change: "50" }, makes: "adjust" },
    ],
  },
  {
    name: "retainage and its release",
    steps: [
      {
        when: "a tenth is retained",
        does: bill(1, [retaining("400", "40"), retaining("100", "10")]),
        open: { 1001: "400", 1002: "100" },
        retained: "50",
      },
      {
        when: "half is invoiced",
        does: payables("I-1", { 1001: "200" }),
        open: { 1001: "200", 1002: "100" },
        retained: "30",
      },
      {
        when: "more work, and what is retained is released",
        does: bill(1, [
          { work_completed_this_period: "100", work_completed_retainage_released_this_period: "40" },
          "0",
        ]),
        open: { 1001: "300", 1002: "100" },
        retained: "10",
      },
      {
        when: "a release alone",
        does: bill(1, ["0", { work_completed_this_period: "0", work_completed_retainage_released_this_period: "10" }]),
        open: { 1001: "300", 1002: "100" },
      },
      { when: "all is invoiced", does: payables("I-2", { 1001: "300", 1002: "100" }), open: {} },
    ],
  },
  {
    name: "material that is stored over two months and then billed as work",
    steps: [
      {
        when: "stored",
        does: bill(1, [{ materials_presently_stored: "250" }, "10"]),
        open: { 1001: "250", 1002: "10" },
      },
      {
        when: "still stored: no cost",
        does: bill(1, [{ materials_presently_stored: "250" }, "5"]),
        open: { 1001: "250", 1002: "15" },
      },
      {
        when: "more",
        does: bill(1, [{ materials_presently_stored: "300", work_completed_this_period: "20" }, "0"]),
        open: { 1001: "320", 1002: "15" },
      },
      {
        when: "built in",
        does: bill(1, [{ materials_presently_stored: "0", work_completed_this_period: "300" }, "0"]),
        open: { 1001: "320", 1002: "15" },
        makes: "",
      },
    ],
  },
  {
    name: "two orders on one account",
    orders: [order(1, [line("1000")]), order(2, [line("800")])],
    steps: [
      {
        when: "both certified",
        does: all(bill(1, ["100"]), bill(2, ["80"])),
        open: { 1001: "100", 2001: "80" },
        makes: "recognise, recognise",
      },
      {
        when: "one is invoiced for more",
        does: payables("I-1", { 1001: "150" }),
        open: { 2001: "80" },
        makes: "adjust",
      },
      { when: "the other for less", does: payables("I-2", { 2001: "30" }), open: { 2001: "50" }, makes: "adjust" },
    ],
  },
  {
    name: "reopened, edited there and back, deleted, unapproved",
    steps: [
      { when: "certified", does: bill(1, ["100", "0"]), open: { 1001: "100" }, makes: "recognise" },
      { when: "edited from A to B", does: correct(1, 1, ["120"]), open: { 1001: "120" }, makes: "reverse, recognise" },
      { when: "and back to A", does: correct(1, 1, ["100"]), open: { 1001: "100" }, makes: "reverse, recognise" },
      { when: "approved again as it was", does: correct(1, 1, []), open: { 1001: "100" }, makes: "" },
      { when: "its approval is taken back", does: reopen(1, 1), open: {}, makes: "reverse" },
      { when: "approved again", does: approve(1, 1), open: { 1001: "100" }, makes: "recognise" },
      {
        when: "deleted: the next look at all ids finds it",
        does: all(remove(1, 1), wait("2026-10-16T09:00:00Z")),
        open: {},
        makes: "reverse",
      },
      { when: "billed anew", does: bill(1, ["130", "0"]), open: { 1001: "130" }, makes: "recognise" },
    ],
  },
  {
    name: "edited while payables invoice it",
    steps: [
      { when: "certified", does: bill(1, ["100", "7"]), open: { 1001: "100", 1002: "7" }, makes: "recognise" },
      {
        when: "invoiced in part",
        does: payables("I-1", { 1001: "60" }),
        open: { 1001: "40", 1002: "7" },
        makes: "adjust",
      },
      {
        when: "edited and invoiced at once",
        does: all(correct(1, 1, ["120"]), payables("I-2", { 1001: "10" })),
        open: { 1001: "50", 1002: "7" },
      },
      {
        when: "edited back and cancelled at once",
        does: all(correct(1, 1, ["100"]), cancel("I-1")),
        open: { 1001: "90", 1002: "7" },
      },
      { when: "taken back while invoiced", does: reopen(1, 1), open: {} },
      { when: "and approved", does: approve(1, 1), open: { 1001: "90", 1002: "7" } },
    ],
  },
  {
    name: "several requisitions of a contract in one run, and a later one approved before an earlier one",
    steps: [
      {
        when: "three at once",
        does: all(bill(1, ["10", "1"]), bill(1, ["20", "2"]), bill(1, ["30", "3"])),
        open: { 1001: "60", 1002: "6" },
        makes: "recognise, recognise, recognise",
      },
      {
        when: "the second is reopened: the third certifies it all the same",
        does: reopen(1, 2),
        open: { 1001: "60", 1002: "6" },
      },
      { when: "and approved", does: approve(1, 2), open: { 1001: "60", 1002: "6" } },
      { when: "all are taken back", does: all(reopen(1, 1), reopen(1, 2), reopen(1, 3)), open: {} },
      { when: "the last comes first", does: approve(1, 3), open: { 1001: "60", 1002: "6" }, makes: "recognise" },
      { when: "then the first", does: approve(1, 1), open: { 1001: "60", 1002: "6" } },
      {
        when: "then the second, and an invoice",
        does: all(approve(1, 2), payables("I-1", { 1001: "15" })),
        open: { 1001: "45", 1002: "6" },
      },
    ],
  },
  {
    name: "work is taken back, and a row costs less than nothing",
    orders: [order(1, [line("1000"), line("-300")])],
    steps: [
      { when: "certified", does: bill(1, ["400", "-100"]), open: { 1001: "400", 1002: "-100" }, makes: "recognise" },
      { when: "less", does: bill(1, ["-150.50", "0"]), open: { 1001: "249.5", 1002: "-100" }, makes: "recognise" },
      { when: "a credit memo", does: payables("C-1", { 1002: "-60" }), open: { 1001: "249.5", 1002: "-40" } },
      {
        when: "an invoice of the wrong sign covers nothing",
        does: payables("I-1", { 1002: "70" }),
        open: { 1001: "249.5", 1002: "-100" },
      },
    ],
  },
];

for (const story of stories) tell(story);
