-- Types of the parameters of XXGUSSET_PKG. Run as APPS, before the package.
--
-- Times are text (YYYY-MM-DD"T"HH24:MI:SS, the database's own zone): how the Integrated SOA Gateway would render a DATE, with or
-- without fraction and offset, is not documented. Amounts, quantities and prices are text too: none of their digits may get lost.
-- Other text is as wide as SQL has it, so that one overlong value rejects its own
-- record, in Gusset, and not the whole page here. FORCE lets a type be replaced although others are built on it.

CREATE OR REPLACE TYPE xxgusset_id_tab FORCE AS TABLE OF NUMBER;
/
CREATE OR REPLACE TYPE xxgusset_unit_rec FORCE AS OBJECT (
  organization_id NUMBER,
  name            VARCHAR2(4000),
  short_code      VARCHAR2(4000),
  ledger_id       NUMBER,
  ledger_name     VARCHAR2(4000),
  currency_code   VARCHAR2(4000)
);
/
CREATE OR REPLACE TYPE xxgusset_unit_tab FORCE AS TABLE OF xxgusset_unit_rec;
/
CREATE OR REPLACE TYPE xxgusset_site_rec FORCE AS OBJECT (
  vendor_site_id        NUMBER,
  org_id                NUMBER,
  vendor_site_code      VARCHAR2(4000),
  purchasing_site_flag  VARCHAR2(4000),
  pay_site_flag         VARCHAR2(4000),
  primary_pay_site_flag VARCHAR2(4000),
  address_line1         VARCHAR2(4000),
  address_line2         VARCHAR2(4000),
  address_line3         VARCHAR2(4000),
  address_line4         VARCHAR2(4000),
  city                  VARCHAR2(4000),
  state                 VARCHAR2(4000),
  province              VARCHAR2(4000),
  zip                   VARCHAR2(4000),
  county                VARCHAR2(4000),
  country               VARCHAR2(4000),
  area_code             VARCHAR2(4000),
  phone                 VARCHAR2(4000),
  fax_area_code         VARCHAR2(4000),
  fax                   VARCHAR2(4000),
  email_address         VARCHAR2(4000),
  inactive_date         VARCHAR2(19),
  active_flag           VARCHAR2(4000)
);
/
CREATE OR REPLACE TYPE xxgusset_site_tab FORCE AS TABLE OF xxgusset_site_rec;
/
CREATE OR REPLACE TYPE xxgusset_supplier_rec FORCE AS OBJECT (
  vendor_id                     NUMBER,
  vendor_name                   VARCHAR2(4000),
  vendor_name_alt               VARCHAR2(4000),
  segment1                      VARCHAR2(4000),
  vendor_type_lookup_code       VARCHAR2(4000),
  enabled_flag                  VARCHAR2(4000),
  one_time_flag                 VARCHAR2(4000),
  hold_flag                     VARCHAR2(4000),
  start_date_active             VARCHAR2(19),
  end_date_active               VARCHAR2(19),
  organization_type_lookup_code VARCHAR2(4000),
  invoice_currency_code         VARCHAR2(4000),
  last_update_date              VARCHAR2(19),
  active_flag                   VARCHAR2(4000),
  sites                         xxgusset_site_tab
);
/
CREATE OR REPLACE TYPE xxgusset_supplier_tab FORCE AS TABLE OF xxgusset_supplier_rec;
/
CREATE OR REPLACE TYPE xxgusset_supplier_site_rec FORCE AS OBJECT (
  vendor_id             NUMBER,
  vendor_site_id        NUMBER,
  org_id                NUMBER,
  vendor_site_code      VARCHAR2(4000),
  purchasing_site_flag  VARCHAR2(4000),
  pay_site_flag         VARCHAR2(4000),
  primary_pay_site_flag VARCHAR2(4000),
  address_line1         VARCHAR2(4000),
  address_line2         VARCHAR2(4000),
  address_line3         VARCHAR2(4000),
  address_line4         VARCHAR2(4000),
  city                  VARCHAR2(4000),
  state                 VARCHAR2(4000),
  province              VARCHAR2(4000),
  zip                   VARCHAR2(4000),
  county                VARCHAR2(4000),
  country               VARCHAR2(4000),
  area_code             VARCHAR2(4000),
  phone                 VARCHAR2(4000),
  fax_area_code         VARCHAR2(4000),
  fax                   VARCHAR2(4000),
  email_address         VARCHAR2(4000),
  inactive_date         VARCHAR2(19),
  active_flag           VARCHAR2(4000)
);
/
CREATE OR REPLACE TYPE xxgusset_supplier_site_tab FORCE AS TABLE OF xxgusset_supplier_site_rec;
/
CREATE OR REPLACE TYPE xxgusset_project_use_rec FORCE AS OBJECT (
  project_id NUMBER,
  segment1   VARCHAR2(4000)
);
/
CREATE OR REPLACE TYPE xxgusset_project_use_tab FORCE AS TABLE OF xxgusset_project_use_rec;
/
CREATE OR REPLACE TYPE xxgusset_account_rec FORCE AS OBJECT (
  code_combination_id         NUMBER,
  chart_of_accounts_id        NUMBER,
  segment1                    VARCHAR2(4000),
  segment2                    VARCHAR2(4000),
  segment3                    VARCHAR2(4000),
  segment4                    VARCHAR2(4000),
  segment5                    VARCHAR2(4000),
  segment6                    VARCHAR2(4000),
  segment7                    VARCHAR2(4000),
  segment8                    VARCHAR2(4000),
  segment9                    VARCHAR2(4000),
  segment10                   VARCHAR2(4000),
  segment11                   VARCHAR2(4000),
  segment12                   VARCHAR2(4000),
  segment13                   VARCHAR2(4000),
  segment14                   VARCHAR2(4000),
  segment15                   VARCHAR2(4000),
  segment16                   VARCHAR2(4000),
  segment17                   VARCHAR2(4000),
  segment18                   VARCHAR2(4000),
  segment19                   VARCHAR2(4000),
  segment20                   VARCHAR2(4000),
  segment21                   VARCHAR2(4000),
  segment22                   VARCHAR2(4000),
  segment23                   VARCHAR2(4000),
  segment24                   VARCHAR2(4000),
  segment25                   VARCHAR2(4000),
  segment26                   VARCHAR2(4000),
  segment27                   VARCHAR2(4000),
  segment28                   VARCHAR2(4000),
  segment29                   VARCHAR2(4000),
  segment30                   VARCHAR2(4000),
  segment1_description        VARCHAR2(4000),
  segment2_description        VARCHAR2(4000),
  segment3_description        VARCHAR2(4000),
  segment4_description        VARCHAR2(4000),
  segment5_description        VARCHAR2(4000),
  segment6_description        VARCHAR2(4000),
  segment7_description        VARCHAR2(4000),
  segment8_description        VARCHAR2(4000),
  segment9_description        VARCHAR2(4000),
  segment10_description       VARCHAR2(4000),
  concatenated_segments       VARCHAR2(4000),
  account_type                VARCHAR2(4000),
  enabled_flag                VARCHAR2(4000),
  summary_flag                VARCHAR2(4000),
  template_id                 NUMBER,
  detail_posting_allowed_flag VARCHAR2(4000),
  gl_control_account          VARCHAR2(4000),
  payables_flag               VARCHAR2(4000),
  start_date_active           VARCHAR2(19),
  end_date_active             VARCHAR2(19),
  active_flag                 VARCHAR2(4000),
  description                 VARCHAR2(4000),
  last_update_date            VARCHAR2(19),
  projects                    xxgusset_project_use_tab
);
/
CREATE OR REPLACE TYPE xxgusset_account_tab FORCE AS TABLE OF xxgusset_account_rec;
/
CREATE OR REPLACE TYPE xxgusset_account_project_rec FORCE AS OBJECT (
  code_combination_id NUMBER,
  project_id          NUMBER,
  segment1            VARCHAR2(4000)
);
/
CREATE OR REPLACE TYPE xxgusset_account_project_tab FORCE AS TABLE OF xxgusset_account_project_rec;
/
CREATE OR REPLACE TYPE xxgusset_project_rec FORCE AS OBJECT (
  project_id            NUMBER,
  segment1              VARCHAR2(4000),
  name                  VARCHAR2(4000),
  long_name             VARCHAR2(4000),
  description           VARCHAR2(4000),
  project_type          VARCHAR2(4000),
  project_status_code   VARCHAR2(4000),
  template_flag         VARCHAR2(4000),
  start_date            VARCHAR2(19),
  completion_date       VARCHAR2(19),
  closed_date           VARCHAR2(19),
  org_id                NUMBER,
  project_currency_code VARCHAR2(4000),
  last_update_date      VARCHAR2(19)
);
/
CREATE OR REPLACE TYPE xxgusset_project_tab FORCE AS TABLE OF xxgusset_project_rec;
/
CREATE OR REPLACE TYPE xxgusset_distribution_rec FORCE AS OBJECT (
  po_distribution_id   NUMBER,
  distribution_num     NUMBER,
  line_location_id     NUMBER,
  shipment_num         NUMBER,
  shipment_type        VARCHAR2(4000),
  po_release_id        NUMBER,
  code_combination_id  NUMBER,
  project_id           NUMBER,
  task_id              NUMBER,
  price_override       VARCHAR2(64),
  quantity_ordered     VARCHAR2(64),
  quantity_cancelled   VARCHAR2(64),
  quantity_billed      VARCHAR2(64),
  amount_ordered       VARCHAR2(64),
  amount_cancelled     VARCHAR2(64),
  amount_billed        VARCHAR2(64),
  shipment_cancel_flag VARCHAR2(4000),
  shipment_closed_code VARCHAR2(4000)
);
/
CREATE OR REPLACE TYPE xxgusset_distribution_tab FORCE AS TABLE OF xxgusset_distribution_rec;
/
CREATE OR REPLACE TYPE xxgusset_line_rec FORCE AS OBJECT (
  po_line_id            NUMBER,
  line_num              NUMBER,
  item_description      VARCHAR2(4000),
  unit_meas_lookup_code VARCHAR2(4000),
  quantity              VARCHAR2(64),
  unit_price            VARCHAR2(64),
  amount                VARCHAR2(64),
  matching_basis        VARCHAR2(4000),
  cancel_flag           VARCHAR2(4000),
  closed_code           VARCHAR2(4000),
  retainage_rate        VARCHAR2(64),
  distributions         xxgusset_distribution_tab
);
/
CREATE OR REPLACE TYPE xxgusset_line_tab FORCE AS TABLE OF xxgusset_line_rec;
/
CREATE OR REPLACE TYPE xxgusset_order_rec FORCE AS OBJECT (
  po_header_id         NUMBER,
  org_id               NUMBER,
  segment1             VARCHAR2(4000),
  type_lookup_code     VARCHAR2(4000),
  vendor_id            NUMBER,
  vendor_site_id       NUMBER,
  currency_code        VARCHAR2(4000),
  currency_unit        VARCHAR2(64),
  ledger_id            NUMBER,
  ledger_currency_code VARCHAR2(4000),
  authorization_status VARCHAR2(4000),
  approved_flag        VARCHAR2(4000),
  approved_date        VARCHAR2(19),
  revision_num         NUMBER,
  closed_code          VARCHAR2(4000),
  cancel_flag          VARCHAR2(4000),
  user_hold_flag       VARCHAR2(4000),
  comments             VARCHAR2(4000),
  creation_date        VARCHAR2(19),
  last_update_date     VARCHAR2(19),
  total_amount         VARCHAR2(64),
  lines                xxgusset_line_tab
);
/
CREATE OR REPLACE TYPE xxgusset_order_tab FORCE AS TABLE OF xxgusset_order_rec;
/
CREATE OR REPLACE TYPE xxgusset_order_line_rec FORCE AS OBJECT (
  po_header_id          NUMBER,
  po_line_id            NUMBER,
  line_num              NUMBER,
  item_description      VARCHAR2(4000),
  unit_meas_lookup_code VARCHAR2(4000),
  quantity              VARCHAR2(64),
  unit_price            VARCHAR2(64),
  amount                VARCHAR2(64),
  matching_basis        VARCHAR2(4000),
  cancel_flag           VARCHAR2(4000),
  closed_code           VARCHAR2(4000),
  retainage_rate        VARCHAR2(64)
);
/
CREATE OR REPLACE TYPE xxgusset_order_line_tab FORCE AS TABLE OF xxgusset_order_line_rec;
/
CREATE OR REPLACE TYPE xxgusset_line_distribution_rec FORCE AS OBJECT (
  po_line_id           NUMBER,
  po_distribution_id   NUMBER,
  distribution_num     NUMBER,
  line_location_id     NUMBER,
  shipment_num         NUMBER,
  shipment_type        VARCHAR2(4000),
  po_release_id        NUMBER,
  code_combination_id  NUMBER,
  project_id           NUMBER,
  task_id              NUMBER,
  price_override       VARCHAR2(64),
  quantity_ordered     VARCHAR2(64),
  quantity_cancelled   VARCHAR2(64),
  quantity_billed      VARCHAR2(64),
  amount_ordered       VARCHAR2(64),
  amount_cancelled     VARCHAR2(64),
  amount_billed        VARCHAR2(64),
  shipment_cancel_flag VARCHAR2(4000),
  shipment_closed_code VARCHAR2(4000)
);
/
CREATE OR REPLACE TYPE xxgusset_line_distribution_tab FORCE AS TABLE OF xxgusset_line_distribution_rec;
/
CREATE OR REPLACE TYPE xxgusset_key_tab FORCE AS TABLE OF VARCHAR2(80);
/
CREATE OR REPLACE TYPE xxgusset_invoice_rec FORCE AS OBJECT (
  invoice_distribution_id NUMBER,
  invoice_id              NUMBER,
  invoice_num             VARCHAR2(4000),
  invoice_date            VARCHAR2(19),
  accounting_date         VARCHAR2(19),
  amount                  VARCHAR2(64),
  quantity_invoiced       VARCHAR2(64),
  cancelled_date          VARCHAR2(19),
  reversal_flag           VARCHAR2(4000)
);
/
CREATE OR REPLACE TYPE xxgusset_invoice_tab FORCE AS TABLE OF xxgusset_invoice_rec;
/
CREATE OR REPLACE TYPE xxgusset_billing_rec FORCE AS OBJECT (
  po_distribution_id     NUMBER,
  po_header_id           NUMBER,
  po_line_id             NUMBER,
  org_id                 NUMBER,
  ledger_id              NUMBER,
  currency_code          VARCHAR2(4000),
  currency_unit          VARCHAR2(64),
  code_combination_id    NUMBER,
  accrual_account_id     NUMBER,
  project_id             NUMBER,
  matching_basis         VARCHAR2(4000),
  unit_price             VARCHAR2(64),
  quantity_ordered       VARCHAR2(64),
  quantity_cancelled     VARCHAR2(64),
  quantity_delivered     VARCHAR2(64),
  quantity_billed        VARCHAR2(64),
  amount_ordered         VARCHAR2(64),
  amount_cancelled       VARCHAR2(64),
  amount_delivered       VARCHAR2(64),
  amount_billed          VARCHAR2(64),
  accrue_on_receipt_flag VARCHAR2(4000),
  last_update_date       VARCHAR2(19),
  invoices               xxgusset_invoice_tab
);
/
CREATE OR REPLACE TYPE xxgusset_billing_tab FORCE AS TABLE OF xxgusset_billing_rec;
/
CREATE OR REPLACE TYPE xxgusset_billing_invoice_rec FORCE AS OBJECT (
  po_distribution_id      NUMBER,
  invoice_distribution_id NUMBER,
  invoice_id              NUMBER,
  invoice_num             VARCHAR2(4000),
  invoice_date            VARCHAR2(19),
  accounting_date         VARCHAR2(19),
  amount                  VARCHAR2(64),
  quantity_invoiced       VARCHAR2(64),
  cancelled_date          VARCHAR2(19),
  reversal_flag           VARCHAR2(4000)
);
/
CREATE OR REPLACE TYPE xxgusset_billing_invoice_tab FORCE AS TABLE OF xxgusset_billing_invoice_rec;
/
CREATE OR REPLACE TYPE xxgusset_period_rec FORCE AS OBJECT (
  effective_period_num   NUMBER,
  ledger_id              NUMBER,
  period_name            VARCHAR2(4000),
  closing_status         VARCHAR2(4000),
  start_date             VARCHAR2(19),
  end_date               VARCHAR2(19),
  period_year            NUMBER,
  period_num             NUMBER,
  adjustment_period_flag VARCHAR2(4000)
);
/
CREATE OR REPLACE TYPE xxgusset_period_tab FORCE AS TABLE OF xxgusset_period_rec;
/
CREATE OR REPLACE TYPE xxgusset_setup_rec FORCE AS OBJECT (
  setup_key             VARCHAR2(4000),
  kind                  VARCHAR2(4000),
  name                  VARCHAR2(4000),
  user_name             VARCHAR2(4000),
  ledger_id             NUMBER,
  currency_code         VARCHAR2(4000),
  chart_of_accounts_id  NUMBER,
  balancing_segment     VARCHAR2(4000),
  suspense_allowed_flag VARCHAR2(4000),
  access_set_id         NUMBER
);
/
CREATE OR REPLACE TYPE xxgusset_setup_tab FORCE AS TABLE OF xxgusset_setup_rec;
/
CREATE OR REPLACE TYPE xxgusset_interface_rec FORCE AS OBJECT (
  reference22         VARCHAR2(4000),
  code_combination_id NUMBER,
  entered_dr          VARCHAR2(64),
  entered_cr          VARCHAR2(64),
  status              VARCHAR2(4000)
);
/
CREATE OR REPLACE TYPE xxgusset_interface_tab FORCE AS TABLE OF xxgusset_interface_rec;
/
CREATE OR REPLACE TYPE xxgusset_sent_line_rec FORCE AS OBJECT (
  line_num            NUMBER,
  code_combination_id NUMBER,
  entered_dr          VARCHAR2(64),
  entered_cr          VARCHAR2(64),
  reference10         VARCHAR2(4000),
  reference23         VARCHAR2(4000),
  reference24         VARCHAR2(4000)
);
/
CREATE OR REPLACE TYPE xxgusset_sent_line_tab FORCE AS TABLE OF xxgusset_sent_line_rec;
/
CREATE OR REPLACE TYPE xxgusset_posting_rec FORCE AS OBJECT (
  posting_key           VARCHAR2(4000),
  body_hash             VARCHAR2(4000),
  ledger_id             NUMBER,
  user_je_source_name   VARCHAR2(4000),
  accounting_date       VARCHAR2(19),
  period_name           VARCHAR2(4000),
  currency_code         VARCHAR2(4000),
  group_id              NUMBER,
  request_id            NUMBER,
  request_phase         VARCHAR2(4000),
  creation_date         VARCHAR2(19),
  withdrawn_date        VARCHAR2(19),
  withdrawals           NUMBER,
  sent_dr               VARCHAR2(64),
  sent_cr               VARCHAR2(64),
  je_header_id          NUMBER,
  je_name               VARCHAR2(4000),
  je_batch_name         VARCHAR2(4000),
  je_status             VARCHAR2(4000),
  je_period_name        VARCHAR2(4000),
  je_line_count         NUMBER,
  running_total_dr      VARCHAR2(64),
  running_total_cr      VARCHAR2(64),
  reversal_je_header_id NUMBER,
  changed_flag          VARCHAR2(4000),
  interface_lines       xxgusset_interface_tab,
  sent_lines            xxgusset_sent_line_tab
);
/
CREATE OR REPLACE TYPE xxgusset_posting_tab FORCE AS TABLE OF xxgusset_posting_rec;
/
CREATE OR REPLACE TYPE xxgusset_posting_interface_rec FORCE AS OBJECT (
  posting_key         VARCHAR2(4000),
  reference22         VARCHAR2(4000),
  code_combination_id NUMBER,
  entered_dr          VARCHAR2(64),
  entered_cr          VARCHAR2(64),
  status              VARCHAR2(4000)
);
/
CREATE OR REPLACE TYPE xxgusset_posting_interface_tab FORCE AS TABLE OF xxgusset_posting_interface_rec;
/
CREATE OR REPLACE TYPE xxgusset_posting_sent_rec FORCE AS OBJECT (
  posting_key         VARCHAR2(4000),
  line_num            NUMBER,
  code_combination_id NUMBER,
  entered_dr          VARCHAR2(64),
  entered_cr          VARCHAR2(64),
  reference10         VARCHAR2(4000),
  reference23         VARCHAR2(4000),
  reference24         VARCHAR2(4000)
);
/
CREATE OR REPLACE TYPE xxgusset_posting_sent_tab FORCE AS TABLE OF xxgusset_posting_sent_rec;
/
CREATE OR REPLACE TYPE xxgusset_balance_rec FORCE AS OBJECT (
  balance_key           VARCHAR2(4000),
  ledger_id             NUMBER,
  code_combination_id   NUMBER,
  concatenated_segments VARCHAR2(4000),
  currency_code         VARCHAR2(4000),
  period_name           VARCHAR2(4000),
  begin_balance_dr      VARCHAR2(64),
  begin_balance_cr      VARCHAR2(64),
  period_net_dr         VARCHAR2(64),
  period_net_cr         VARCHAR2(64),
  unposted_dr           VARCHAR2(64),
  unposted_cr           VARCHAR2(64)
);
/
CREATE OR REPLACE TYPE xxgusset_balance_tab FORCE AS TABLE OF xxgusset_balance_rec;
/
CREATE OR REPLACE TYPE xxgusset_journal_rec FORCE AS OBJECT (
  posting_key                   VARCHAR2(4000),
  body_hash                     VARCHAR2(4000),
  withdrawals                   NUMBER,
  accounting_date               VARCHAR2(19),
  currency_code                 VARCHAR2(4000),
  user_je_category_name         VARCHAR2(4000),
  user_currency_conversion_type VARCHAR2(4000),
  currency_conversion_date      VARCHAR2(19),
  currency_conversion_rate      VARCHAR2(64),
  reference1                    VARCHAR2(4000),
  reference4                    VARCHAR2(4000),
  reference5                    VARCHAR2(4000)
);
/
CREATE OR REPLACE TYPE xxgusset_journal_tab FORCE AS TABLE OF xxgusset_journal_rec;
/
CREATE OR REPLACE TYPE xxgusset_journal_line_rec FORCE AS OBJECT (
  posting_key         VARCHAR2(4000),
  line_num            NUMBER,
  code_combination_id NUMBER,
  entered_dr          VARCHAR2(64),
  entered_cr          VARCHAR2(64),
  reference10         VARCHAR2(4000),
  reference23         VARCHAR2(4000),
  reference24         VARCHAR2(4000),
  reference25         VARCHAR2(4000)
);
/
CREATE OR REPLACE TYPE xxgusset_journal_line_tab FORCE AS TABLE OF xxgusset_journal_line_rec;
/
CREATE OR REPLACE TYPE xxgusset_submitted_rec FORCE AS OBJECT (
  posting_key VARCHAR2(4000),
  result      VARCHAR2(4000),
  group_id    NUMBER,
  request_id  NUMBER
);
/
CREATE OR REPLACE TYPE xxgusset_submitted_tab FORCE AS TABLE OF xxgusset_submitted_rec;
/
CREATE OR REPLACE TYPE xxgusset_withdrawn_rec FORCE AS OBJECT (
  posting_key VARCHAR2(4000),
  result      VARCHAR2(4000)
);
/
CREATE OR REPLACE TYPE xxgusset_withdrawn_tab FORCE AS TABLE OF xxgusset_withdrawn_rec;
/
