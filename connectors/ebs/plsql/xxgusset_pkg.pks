CREATE OR REPLACE PACKAGE xxgusset_pkg AUTHID CURRENT_USER AS
/* $Header: xxgusset_pkg.pks 1.3.0 2026/11/25 00:00:00 GUSSET ship $ */
/*#
 * Gusset's window into Oracle E-Business Suite: suppliers, GL accounts, projects, purchase orders and what was billed of them, a
 * page at a time, for an operating unit that the caller's responsibility may see; and journals into its ledger, each key once.
 * @rep:scope public
 * @rep:product FND
 * @rep:displayname Gusset
 * @rep:lifecycle active
 * @rep:compatibility S
 * @rep:category BUSINESS_ENTITY AP_SUPPLIER
 */

  -- Raised in the first number by what an older Gusset could not bear, in the second by what is added.
  c_version CONSTANT VARCHAR2(10) := '1.3.0';

/*#
 * Who and where a caller is: database, package, user, context.
 * @param p_org_id the operating unit that is asked about
 * @param x_database database name
 * @param x_database_id database id
 * @param x_system name of this EBS system
 * @param x_package_version version of this package
 * @param x_user_name FND user
 * @param x_responsibility responsibility key
 * @param x_resp_application its application's short name
 * @param x_language NLS language
 * @param x_org_id operating unit of the context
 * @param x_org_access Y where P_ORG_ID is open to the responsibility, else N
 * @param x_ledger_id primary ledger of P_ORG_ID
 * @param x_ledger_name its name
 * @param x_time_zone offset of the database's zone
 * @param x_as_of database time
 * @param x_utc the same moment in UTC
 * @param x_return_status S success, E error, U unexpected error
 * @param x_msg_data the reason, where it is no success
 * @rep:scope public
 * @rep:lifecycle active
 * @rep:displayname Get Context
 */
  PROCEDURE get_context (
    p_org_id           IN  NUMBER DEFAULT NULL,
    x_database         OUT VARCHAR2,
    x_database_id      OUT VARCHAR2,
    x_system           OUT VARCHAR2,
    x_package_version  OUT VARCHAR2,
    x_user_name        OUT VARCHAR2,
    x_responsibility   OUT VARCHAR2,
    x_resp_application OUT VARCHAR2,
    x_language         OUT VARCHAR2,
    x_org_id           OUT NUMBER,
    x_org_access       OUT VARCHAR2,
    x_ledger_id        OUT NUMBER,
    x_ledger_name      OUT VARCHAR2,
    x_time_zone        OUT VARCHAR2,
    x_as_of            OUT VARCHAR2,
    x_utc              OUT VARCHAR2,
    x_return_status    OUT VARCHAR2,
    x_msg_data         OUT VARCHAR2
  );

/*#
 * Operating units that the responsibility may see, with their ledgers. P_UPDATED_SINCE is ignored: they have no change
 * date that could be relied on.
 * @param p_org_id the operating unit that is asked
 * @param p_updated_since only rows changed since this database time, as X_AS_OF gave it
 * @param p_last_id only rows whose primary key is greater
 * @param p_page_size rows at the most; 500 where left out, 5000 at the most
 * @param p_ids just these primary keys, in place of the three above
 * @param x_as_of database time before the read
 * @param x_org_id the operating unit that was read
 * @param x_more Y where rows are left, else N
 * @param x_rows rows, ascending by primary key
 * @param x_return_status S success, E error, U unexpected error
 * @param x_msg_data the reason, where it is no success
 * @rep:scope public
 * @rep:lifecycle active
 * @rep:displayname Get Operating Units
 */
  PROCEDURE get_operating_units (
    p_org_id        IN  NUMBER DEFAULT NULL,
    p_updated_since IN  VARCHAR2 DEFAULT NULL,
    p_last_id       IN  NUMBER DEFAULT NULL,
    p_page_size     IN  NUMBER DEFAULT NULL,
    p_ids           IN  xxgusset_id_tab DEFAULT NULL,
    x_as_of         OUT VARCHAR2,
    x_org_id        OUT NUMBER,
    x_more          OUT VARCHAR2,
    x_rows          OUT xxgusset_unit_tab,
    x_return_status OUT VARCHAR2,
    x_msg_data      OUT VARCHAR2
  );

/*#
 * Suppliers with a site in the operating unit, and those sites. A changed site of any operating unit, and a start, end
 * or inactive date that took effect, count as a change of the supplier. No tax number is ever selected.
 * @param p_org_id the operating unit that is asked
 * @param p_updated_since only rows changed since this database time, as X_AS_OF gave it
 * @param p_last_id only rows whose primary key is greater
 * @param p_page_size rows at the most; 500 where left out, 5000 at the most
 * @param p_ids just these primary keys, in place of the three above
 * @param p_flat Y: child rows in a table of their own
 * @param x_as_of database time before the read
 * @param x_org_id the operating unit that was read
 * @param x_more Y where rows are left, else N
 * @param x_rows rows, ascending by primary key
 * @param x_sites child rows, where P_FLAT asked for them
 * @param x_return_status S success, E error, U unexpected error
 * @param x_msg_data the reason, where it is no success
 * @rep:scope public
 * @rep:lifecycle active
 * @rep:displayname Get Suppliers
 */
  PROCEDURE get_suppliers (
    p_org_id        IN  NUMBER DEFAULT NULL,
    p_updated_since IN  VARCHAR2 DEFAULT NULL,
    p_last_id       IN  NUMBER DEFAULT NULL,
    p_page_size     IN  NUMBER DEFAULT NULL,
    p_ids           IN  xxgusset_id_tab DEFAULT NULL,
    p_flat          IN  VARCHAR2 DEFAULT NULL,
    x_as_of         OUT VARCHAR2,
    x_org_id        OUT NUMBER,
    x_more          OUT VARCHAR2,
    x_rows          OUT xxgusset_supplier_tab,
    x_sites         OUT xxgusset_supplier_site_tab,
    x_return_status OUT VARCHAR2,
    x_msg_data      OUT VARCHAR2
  );

/*#
 * GL accounts in the order distributions of projects of the operating unit, and those projects. A distribution that was
 * made or changed, in any operating unit, counts as a change of its account.
 * @param p_org_id the operating unit that is asked
 * @param p_updated_since only rows changed since this database time, as X_AS_OF gave it
 * @param p_last_id only rows whose primary key is greater
 * @param p_page_size rows at the most; 500 where left out, 5000 at the most
 * @param p_ids just these primary keys, in place of the three above
 * @param p_flat Y: child rows in a table of their own
 * @param p_any Y: those of P_IDS whether an order uses them or not, of the chart of the ledger
 * @param x_as_of database time before the read
 * @param x_org_id the operating unit that was read
 * @param x_more Y where rows are left, else N
 * @param x_rows rows, ascending by primary key
 * @param x_projects child rows, where P_FLAT asked for them
 * @param x_return_status S success, E error, U unexpected error
 * @param x_msg_data the reason, where it is no success
 * @rep:scope public
 * @rep:lifecycle active
 * @rep:displayname Get Code Combinations
 */
  PROCEDURE get_code_combinations (
    p_org_id        IN  NUMBER DEFAULT NULL,
    p_updated_since IN  VARCHAR2 DEFAULT NULL,
    p_last_id       IN  NUMBER DEFAULT NULL,
    p_page_size     IN  NUMBER DEFAULT NULL,
    p_ids           IN  xxgusset_id_tab DEFAULT NULL,
    p_flat          IN  VARCHAR2 DEFAULT NULL,
    p_any           IN  VARCHAR2 DEFAULT NULL,
    x_as_of         OUT VARCHAR2,
    x_org_id        OUT NUMBER,
    x_more          OUT VARCHAR2,
    x_rows          OUT xxgusset_account_tab,
    x_projects      OUT xxgusset_account_project_tab,
    x_return_status OUT VARCHAR2,
    x_msg_data      OUT VARCHAR2
  );

/*#
 * Projects of the operating unit, templates among them.
 * @param p_org_id the operating unit that is asked
 * @param p_updated_since only rows changed since this database time, as X_AS_OF gave it
 * @param p_last_id only rows whose primary key is greater
 * @param p_page_size rows at the most; 500 where left out, 5000 at the most
 * @param p_ids just these primary keys, in place of the three above
 * @param x_as_of database time before the read
 * @param x_org_id the operating unit that was read
 * @param x_more Y where rows are left, else N
 * @param x_rows rows, ascending by primary key
 * @param x_return_status S success, E error, U unexpected error
 * @param x_msg_data the reason, where it is no success
 * @rep:scope public
 * @rep:lifecycle active
 * @rep:displayname Get Projects
 */
  PROCEDURE get_projects (
    p_org_id        IN  NUMBER DEFAULT NULL,
    p_updated_since IN  VARCHAR2 DEFAULT NULL,
    p_last_id       IN  NUMBER DEFAULT NULL,
    p_page_size     IN  NUMBER DEFAULT NULL,
    p_ids           IN  xxgusset_id_tab DEFAULT NULL,
    x_as_of         OUT VARCHAR2,
    x_org_id        OUT NUMBER,
    x_more          OUT VARCHAR2,
    x_rows          OUT xxgusset_project_tab,
    x_return_status OUT VARCHAR2,
    x_msg_data      OUT VARCHAR2
  );

/*#
 * Purchase orders and agreements of the operating unit, with lines and distributions; no requests for quotation. A changed
 * line, shipment or distribution counts as a change of the order.
 * @param p_org_id the operating unit that is asked
 * @param p_updated_since only rows changed since this database time, as X_AS_OF gave it
 * @param p_last_id only rows whose primary key is greater
 * @param p_page_size rows at the most; 500 where left out, 5000 at the most
 * @param p_ids just these primary keys, in place of the three above
 * @param p_flat Y: child rows in tables of their own
 * @param x_as_of database time before the read
 * @param x_org_id the operating unit that was read
 * @param x_more Y where rows are left, else N
 * @param x_rows rows, ascending by primary key
 * @param x_lines child rows, where P_FLAT asked for them
 * @param x_distributions their child rows, where P_FLAT asked for them
 * @param x_return_status S success, E error, U unexpected error
 * @param x_msg_data the reason, where it is no success
 * @rep:scope public
 * @rep:lifecycle active
 * @rep:displayname Get Purchase Orders
 */
  PROCEDURE get_purchase_orders (
    p_org_id        IN  NUMBER DEFAULT NULL,
    p_updated_since IN  VARCHAR2 DEFAULT NULL,
    p_last_id       IN  NUMBER DEFAULT NULL,
    p_page_size     IN  NUMBER DEFAULT NULL,
    p_ids           IN  xxgusset_id_tab DEFAULT NULL,
    p_flat          IN  VARCHAR2 DEFAULT NULL,
    x_as_of         OUT VARCHAR2,
    x_org_id        OUT NUMBER,
    x_more          OUT VARCHAR2,
    x_rows          OUT xxgusset_order_tab,
    x_lines         OUT xxgusset_order_line_tab,
    x_distributions OUT xxgusset_line_distribution_tab,
    x_return_status OUT VARCHAR2,
    x_msg_data      OUT VARCHAR2
  );

/*#
 * Distributions of orders of the operating unit, with what was received and the invoice lines that bill each. A changed
 * shipment, invoice or invoice line counts as a change of the distribution.
 * @param p_org_id the operating unit that is asked
 * @param p_updated_since only rows changed since this database time, as X_AS_OF gave it
 * @param p_last_id only rows whose primary key is greater
 * @param p_page_size rows at the most; 500 where left out, 5000 at the most
 * @param p_ids just these primary keys, in place of the three above
 * @param p_flat Y: child rows in a table of their own
 * @param x_as_of database time before the read
 * @param x_org_id the operating unit that was asked
 * @param x_more Y where rows are left, else N
 * @param x_rows rows, ascending by their key
 * @param x_return_status S success, E error, U unexpected error
 * @param x_msg_data the reason, where it is no success
 * @param x_invoices child rows, where P_FLAT asked for them
 * @rep:scope public
 * @rep:lifecycle active
 * @rep:displayname Get PO Billing
 */
  PROCEDURE get_po_billing (
    p_org_id        IN  NUMBER DEFAULT NULL,
    p_updated_since IN  VARCHAR2 DEFAULT NULL,
    p_last_id       IN  NUMBER DEFAULT NULL,
    p_page_size     IN  NUMBER DEFAULT NULL,
    p_ids           IN  xxgusset_id_tab DEFAULT NULL,
    p_flat          IN  VARCHAR2 DEFAULT NULL,
    x_as_of         OUT VARCHAR2,
    x_org_id        OUT NUMBER,
    x_more          OUT VARCHAR2,
    x_rows          OUT xxgusset_billing_tab,
    x_return_status OUT VARCHAR2,
    x_msg_data      OUT VARCHAR2,
    x_invoices      OUT xxgusset_billing_invoice_tab
  );

/*#
 * Periods of the ledger of the operating unit, as general ledger sees them. P_UPDATED_SINCE is ignored.
 * @param p_org_id the operating unit that is asked
 * @param p_updated_since only rows changed since this database time, as X_AS_OF gave it
 * @param p_last_id only rows whose primary key is greater
 * @param p_page_size rows at the most; 500 where left out, 5000 at the most
 * @param p_ids just these primary keys, in place of the three above
 * @param x_as_of database time before the read
 * @param x_org_id the operating unit that was asked
 * @param x_more Y where rows are left, else N
 * @param x_rows rows, ascending by their key
 * @param x_return_status S success, E error, U unexpected error
 * @param x_msg_data the reason, where it is no success
 * @rep:scope public
 * @rep:lifecycle active
 * @rep:displayname Get Periods
 */
  PROCEDURE get_periods (
    p_org_id        IN  NUMBER DEFAULT NULL,
    p_updated_since IN  VARCHAR2 DEFAULT NULL,
    p_last_id       IN  NUMBER DEFAULT NULL,
    p_page_size     IN  NUMBER DEFAULT NULL,
    p_ids           IN  xxgusset_id_tab DEFAULT NULL,
    x_as_of         OUT VARCHAR2,
    x_org_id        OUT NUMBER,
    x_more          OUT VARCHAR2,
    x_rows          OUT xxgusset_period_tab,
    x_return_status OUT VARCHAR2,
    x_msg_data      OUT VARCHAR2
  );

/*#
 * The ledger of the operating unit, with the sources, categories, currencies and rate types that a journal may name.
 * @param p_org_id the operating unit that is asked
 * @param p_page_size rows at the most; 500 where left out, 5000 at the most
 * @param p_last_key only rows whose key is greater, by the value of its characters
 * @param p_keys just these keys
 * @param x_as_of database time before the read
 * @param x_org_id the operating unit that was asked
 * @param x_more Y where rows are left, else N
 * @param x_rows rows, ascending by their key
 * @param x_return_status S success, E error, U unexpected error
 * @param x_msg_data the reason, where it is no success
 * @rep:scope public
 * @rep:lifecycle active
 * @rep:displayname Get Journal Setup
 */
  PROCEDURE get_journal_setup (
    p_org_id        IN  NUMBER DEFAULT NULL,
    p_page_size     IN  NUMBER DEFAULT NULL,
    p_last_key      IN  VARCHAR2 DEFAULT NULL,
    p_keys          IN  xxgusset_key_tab DEFAULT NULL,
    x_as_of         OUT VARCHAR2,
    x_org_id        OUT NUMBER,
    x_more          OUT VARCHAR2,
    x_rows          OUT xxgusset_setup_tab,
    x_return_status OUT VARCHAR2,
    x_msg_data      OUT VARCHAR2
  );

/*#
 * Journals that were ever sent to the ledger of the operating unit, each with its interface lines or its journal.
 * @param p_org_id the operating unit that is asked
 * @param p_page_size rows at the most; 500 where left out, 5000 at the most
 * @param p_flat Y: child rows in a table of their own
 * @param p_last_key only rows whose key is greater, by the value of its characters
 * @param p_keys just these keys
 * @param p_source the journal source, as people see it
 * @param p_period_name only journals that were dated in this period
 * @param p_key_prefix only journals whose key begins with this
 * @param p_lines Y: with the lines as they were sent
 * @param x_as_of database time before the read
 * @param x_org_id the operating unit that was asked
 * @param x_more Y where rows are left, else N
 * @param x_rows rows, ascending by their key
 * @param x_return_status S success, E error, U unexpected error
 * @param x_msg_data the reason, where it is no success
 * @param x_interface interface lines, where P_FLAT asked for them
 * @param x_sent_lines lines as they were sent, where P_FLAT and P_LINES asked for them
 * @rep:scope public
 * @rep:lifecycle active
 * @rep:displayname Get Postings
 */
  PROCEDURE get_postings (
    p_org_id        IN  NUMBER DEFAULT NULL,
    p_page_size     IN  NUMBER DEFAULT NULL,
    p_flat          IN  VARCHAR2 DEFAULT NULL,
    p_last_key      IN  VARCHAR2 DEFAULT NULL,
    p_keys          IN  xxgusset_key_tab DEFAULT NULL,
    p_source        IN  VARCHAR2 DEFAULT NULL,
    p_period_name   IN  VARCHAR2 DEFAULT NULL,
    p_key_prefix    IN  VARCHAR2 DEFAULT NULL,
    p_lines         IN  VARCHAR2 DEFAULT NULL,
    x_as_of         OUT VARCHAR2,
    x_org_id        OUT NUMBER,
    x_more          OUT VARCHAR2,
    x_rows          OUT xxgusset_posting_tab,
    x_return_status OUT VARCHAR2,
    x_msg_data      OUT VARCHAR2,
    x_interface     OUT xxgusset_posting_interface_tab,
    x_sent_lines    OUT xxgusset_posting_sent_tab
  );

/*#
 * Actual balances of accounts in one period of the ledger of the operating unit, as entered in each currency, with what journals that
 * are not posted yet would add.
 * @param p_org_id the operating unit that is asked
 * @param p_page_size rows at the most; 500 where left out, 5000 at the most
 * @param p_last_key only rows whose key is greater, by the value of its characters
 * @param p_keys just these keys
 * @param p_period_name the period; the one of today where left out
 * @param p_ids the accounts; all that journals were ever sent to where left out
 * @param x_as_of database time before the read
 * @param x_org_id the operating unit that was asked
 * @param x_more Y where rows are left, else N
 * @param x_rows rows, ascending by their key
 * @param x_return_status S success, E error, U unexpected error
 * @param x_msg_data the reason, where it is no success
 * @rep:scope public
 * @rep:lifecycle active
 * @rep:displayname Get Account Balances
 */
  PROCEDURE get_account_balances (
    p_org_id        IN  NUMBER DEFAULT NULL,
    p_page_size     IN  NUMBER DEFAULT NULL,
    p_last_key      IN  VARCHAR2 DEFAULT NULL,
    p_keys          IN  xxgusset_key_tab DEFAULT NULL,
    p_period_name   IN  VARCHAR2 DEFAULT NULL,
    p_ids           IN  xxgusset_id_tab DEFAULT NULL,
    x_as_of         OUT VARCHAR2,
    x_org_id        OUT NUMBER,
    x_more          OUT VARCHAR2,
    x_rows          OUT xxgusset_balance_tab,
    x_return_status OUT VARCHAR2,
    x_msg_data      OUT VARCHAR2
  );

/*#
 * Hands journals of one ledger and source over, in one transaction that is committed here: a row for each key, the interface
 * lines under a new group, and Journal Import. A key that is there already is not sent again, unless it was withdrawn.
 * @param p_org_id the operating unit in whose context this runs
 * @param p_ledger_id the ledger of P_ORG_ID
 * @param p_source the journal source, as people see it
 * @param p_journals journals, one for each key
 * @param p_lines their lines
 * @param x_org_id the operating unit that was asked
 * @param x_group_id the group of the interface lines; null where nothing was sent
 * @param x_request_id the import; null where nothing was sent
 * @param x_rows what became of each key
 * @param x_return_status S success, E error, U unexpected error
 * @param x_msg_data the reason, where it is no success
 * @rep:scope public
 * @rep:lifecycle active
 * @rep:displayname Submit Journals
 */
  PROCEDURE submit_journals (
    p_org_id        IN  NUMBER DEFAULT NULL,
    p_ledger_id     IN  NUMBER DEFAULT NULL,
    p_source        IN  VARCHAR2 DEFAULT NULL,
    p_journals      IN  xxgusset_journal_tab DEFAULT NULL,
    p_lines         IN  xxgusset_journal_line_tab DEFAULT NULL,
    x_org_id        OUT NUMBER,
    x_group_id      OUT NUMBER,
    x_request_id    OUT NUMBER,
    x_rows          OUT xxgusset_submitted_tab,
    x_return_status OUT VARCHAR2,
    x_msg_data      OUT VARCHAR2
  );

/*#
 * Deletes the interface lines of journals that were not imported, and commits.
 * @param p_org_id the operating unit in whose context this runs
 * @param p_keys just these keys
 * @param x_org_id the operating unit that was asked
 * @param x_rows what became of each key
 * @param x_return_status S success, E error, U unexpected error
 * @param x_msg_data the reason, where it is no success
 * @rep:scope public
 * @rep:lifecycle active
 * @rep:displayname Withdraw Journal
 */
  PROCEDURE withdraw_journal (
    p_org_id        IN  NUMBER DEFAULT NULL,
    p_keys          IN  xxgusset_key_tab DEFAULT NULL,
    x_org_id        OUT NUMBER,
    x_rows          OUT xxgusset_withdrawn_tab,
    x_return_status OUT VARCHAR2,
    x_msg_data      OUT VARCHAR2
  );

/*#
 * How far a concurrent request has got, in Oracle's constants.
 * @param p_org_id the operating unit in whose context this runs
 * @param p_request_id the request
 * @param x_org_id the operating unit that was asked
 * @param x_phase PENDING, RUNNING, COMPLETE or INACTIVE
 * @param x_status NORMAL, WARNING, ERROR, CANCELLED, TERMINATED ...
 * @param x_message how it ended, in its own words
 * @param x_return_status S success, E error, U unexpected error
 * @param x_msg_data the reason, where it is no success
 * @rep:scope public
 * @rep:lifecycle active
 * @rep:displayname Get Request Status
 */
  PROCEDURE get_request_status (
    p_org_id        IN  NUMBER DEFAULT NULL,
    p_request_id    IN  NUMBER DEFAULT NULL,
    x_org_id        OUT NUMBER,
    x_phase         OUT VARCHAR2,
    x_status        OUT VARCHAR2,
    x_message       OUT VARCHAR2,
    x_return_status OUT VARCHAR2,
    x_msg_data      OUT VARCHAR2
  );

END xxgusset_pkg;
/
