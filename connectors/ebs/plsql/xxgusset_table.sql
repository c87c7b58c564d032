-- The package's own tables: a row for each journal that Gusset was ever asked to send, and its lines. The primary key is what makes
-- a journal reach the ledger once: the row is inserted in the same transaction as the interface lines. The lines tell a journal that
-- was changed afterwards from one that was not, and, by REFERENCE23 and REFERENCE24, what each of them moved.
--
-- Run as the custom schema that owns customer tables (here XXCUST), then, as APPS on 12.2, so that online patching knows them:
--   EXEC ad_zd_table.upgrade('XXCUST', 'XXGUSSET_POSTINGS')
--   EXEC ad_zd_table.upgrade('XXCUST', 'XXGUSSET_POSTING_LINES')

CREATE TABLE xxgusset_postings (
  posting_key         VARCHAR2(80)   NOT NULL,
  body_hash           VARCHAR2(64)   NOT NULL,
  ledger_id           NUMBER(15)     NOT NULL,
  user_je_source_name VARCHAR2(25)   NOT NULL,
  accounting_date     DATE           NOT NULL,
  period_name         VARCHAR2(15),
  currency_code       VARCHAR2(15)   NOT NULL,
  group_id            NUMBER(15)     NOT NULL,
  request_id          NUMBER(15),
  withdrawn_date      DATE,
  withdrawals         NUMBER(15)     DEFAULT 0 NOT NULL,
  creation_date       DATE           DEFAULT SYSDATE NOT NULL,
  created_by          NUMBER(15)     NOT NULL,
  last_update_date    DATE           DEFAULT SYSDATE NOT NULL,
  last_updated_by     NUMBER(15)     NOT NULL,
  last_update_login   NUMBER(15),
  CONSTRAINT xxgusset_postings_pk PRIMARY KEY (posting_key)
);
CREATE INDEX xxgusset_postings_n1 ON xxgusset_postings (ledger_id, user_je_source_name, period_name, posting_key);
CREATE INDEX xxgusset_postings_n2 ON xxgusset_postings (group_id);

CREATE TABLE xxgusset_posting_lines (
  posting_key         VARCHAR2(80)   NOT NULL,
  line_num            NUMBER(15)     NOT NULL,
  code_combination_id NUMBER(15)     NOT NULL,
  entered_dr          NUMBER,
  entered_cr          NUMBER,
  reference10         VARCHAR2(240),
  reference23         VARCHAR2(240),
  reference24         VARCHAR2(240),
  CONSTRAINT xxgusset_posting_lines_pk PRIMARY KEY (posting_key, line_num)
);
CREATE INDEX xxgusset_posting_lines_n1 ON xxgusset_posting_lines (code_combination_id);
