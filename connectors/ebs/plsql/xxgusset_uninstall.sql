-- Takes the package and its types away. Run as APPS, after the service was undeployed in the Integration Repository.
-- The table XXGUSSET_POSTINGS stays: it says which journals were sent. Drop it by hand, if its history is truly not wanted.

DROP PACKAGE xxgusset_pkg;
DROP TYPE xxgusset_line_distribution_tab FORCE;
DROP TYPE xxgusset_line_distribution_rec FORCE;
DROP TYPE xxgusset_order_line_tab FORCE;
DROP TYPE xxgusset_order_line_rec FORCE;
DROP TYPE xxgusset_order_tab FORCE;
DROP TYPE xxgusset_order_rec FORCE;
DROP TYPE xxgusset_line_tab FORCE;
DROP TYPE xxgusset_line_rec FORCE;
DROP TYPE xxgusset_distribution_tab FORCE;
DROP TYPE xxgusset_distribution_rec FORCE;
DROP TYPE xxgusset_project_tab FORCE;
DROP TYPE xxgusset_project_rec FORCE;
DROP TYPE xxgusset_account_project_tab FORCE;
DROP TYPE xxgusset_account_project_rec FORCE;
DROP TYPE xxgusset_account_tab FORCE;
DROP TYPE xxgusset_account_rec FORCE;
DROP TYPE xxgusset_project_use_tab FORCE;
DROP TYPE xxgusset_project_use_rec FORCE;
DROP TYPE xxgusset_supplier_site_tab FORCE;
DROP TYPE xxgusset_supplier_site_rec FORCE;
DROP TYPE xxgusset_supplier_tab FORCE;
DROP TYPE xxgusset_supplier_rec FORCE;
DROP TYPE xxgusset_site_tab FORCE;
DROP TYPE xxgusset_site_rec FORCE;
DROP TYPE xxgusset_unit_tab FORCE;
DROP TYPE xxgusset_unit_rec FORCE;
DROP TYPE xxgusset_id_tab FORCE;
