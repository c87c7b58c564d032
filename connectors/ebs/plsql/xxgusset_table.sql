-- The package's one table: a row for each journal that Gusset was ever asked to send. Its unique key is what makes a journal
-- reach the ledger once: the row is inserted in the same transaction as the interface lines. No package so far reads
-- or writes it; it is made now so that the schema is complete before the first journal.
--
-- Run as the custom schema that owns customer tables (here XXCUST), then, as APPS on 12.2, so that online patching knows it:
--   EXEC ad_zd_table.upgrade('XXCUST', 'XXGUSSET_POSTINGS')

CREATE TABLE xxgusset_postings (
  posting_key       VARCHAR2(80)   NOT NULL,
  body_hash         VARCHAR2(64)   NOT NULL,
  ledger_id         NUMBER(15)     NOT NULL,
  je_source_name    VARCHAR2(25)   NOT NULL,
  period_name       VARCHAR2(15)   NOT NULL,
  group_id          NUMBER(15)     NOT NULL,
  request_id        NUMBER(15),
  withdrawn_date    DATE,
  creation_date     DATE           DEFAULT SYSDATE NOT NULL,
  created_by        NUMBER(15)     NOT NULL,
  last_update_date  DATE           DEFAULT SYSDATE NOT NULL,
  last_updated_by   NUMBER(15)     NOT NULL,
  last_update_login NUMBER(15),
  CONSTRAINT xxgusset_postings_pk PRIMARY KEY (posting_key)
);
CREATE INDEX xxgusset_postings_n1 ON xxgusset_postings (ledger_id, je_source_name, period_name, posting_key);
