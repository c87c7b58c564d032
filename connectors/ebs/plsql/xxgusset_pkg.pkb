CREATE OR REPLACE PACKAGE BODY xxgusset_pkg AS
/* $Header: xxgusset_pkg.pkb 1.3.0 2026/11/25 00:00:00 GUSSET ship $ */

  c_success    CONSTANT VARCHAR2(1) := 'S';
  c_error      CONSTANT VARCHAR2(1) := 'E';
  c_unexpected CONSTANT VARCHAR2(1) := 'U';

  c_iso          CONSTANT VARCHAR2(30) := 'YYYY-MM-DD"T"HH24:MI:SS';
  -- How amounts are read: more digits than GL takes, so that one that is too large is told by Journal Import, for its journal alone.
  c_amount       CONSTANT VARCHAR2(50) := RPAD('9', 32, '9') || 'D' || RPAD('9', 8, '9');
  c_point        CONSTANT VARCHAR2(40) := 'NLS_NUMERIC_CHARACTERS=''.,''';
  c_page_size    CONSTANT PLS_INTEGER := 500;
  c_largest_page CONSTANT PLS_INTEGER := 5000;
  c_refused      CONSTANT PLS_INTEGER := -20100;

  -- Descriptions of segment values, by chart, column and value; emptied with each call, for a session serves many.
  TYPE description_tab IS TABLE OF VARCHAR2(4000) INDEX BY VARCHAR2(200);
  g_descriptions description_tab;

  ------------------------------------------------------------------------------------------------------------------------
  -- What all operations share
  ------------------------------------------------------------------------------------------------------------------------

  -- A caller's mistake: ends the operation with X_RETURN_STATUS E and this text.
  PROCEDURE refuse (p_reason IN VARCHAR2) IS
  BEGIN
    raise_application_error(c_refused, p_reason);
  END refuse;

  -- Says why an operation failed; called by exception handlers.
  PROCEDURE report (
    x_return_status OUT VARCHAR2,
    x_msg_data      OUT VARCHAR2
  ) IS
  BEGIN
    IF SQLCODE = c_refused THEN
      x_return_status := c_error;
      x_msg_data := SUBSTR(SQLERRM, LENGTH('ORA-20100: ') + 1, 2000);
    ELSE
      x_return_status := c_unexpected;
      x_msg_data := SUBSTR(SQLERRM || ' ' || dbms_utility.format_error_backtrace, 1, 2000);
    END IF;
  END report;

  -- A time as text, in the database's own zone.
  FUNCTION iso (p_date IN DATE) RETURN VARCHAR2 IS
  BEGIN
    RETURN TO_CHAR(p_date, c_iso);
  END iso;

  -- The text of a time back as a time. A fraction or an offset behind the seconds is not read.
  FUNCTION moment (p_text IN VARCHAR2) RETURN DATE IS
  BEGIN
    RETURN TO_DATE(SUBSTR(p_text, 1, 19), c_iso);
  EXCEPTION
    WHEN OTHERS THEN
      refuse('P_UPDATED_SINCE must look like 2024-02-03T10:15:00: current value is ' || SUBSTR(p_text, 1, 40));
  END moment;

  FUNCTION page_size (p_page_size IN NUMBER) RETURN PLS_INTEGER IS
  BEGIN
    IF p_page_size < 1 OR p_page_size <> TRUNC(p_page_size) THEN
      refuse('P_PAGE_SIZE must be a whole number from 1 on: current value is ' || TO_CHAR(p_page_size));
    END IF;
    RETURN LEAST(NVL(p_page_size, c_page_size), c_largest_page);
  END page_size;

  FUNCTION by_ids (p_ids IN xxgusset_id_tab) RETURN BOOLEAN IS
  BEGIN
    RETURN p_ids IS NOT NULL AND p_ids.COUNT > 0;
  END by_ids;

  -- Whether rows are left behind a page; takes away the one row that was read to find out.
  FUNCTION cut (
    p_keys IN OUT NOCOPY xxgusset_id_tab,
    p_size IN PLS_INTEGER,
    p_ids  IN xxgusset_id_tab
  ) RETURN VARCHAR2 IS
  BEGIN
    IF by_ids(p_ids) OR p_keys.COUNT <= p_size THEN
      RETURN 'N';
    END IF;
    p_keys.TRIM(p_keys.COUNT - p_size);
    RETURN 'Y';
  END cut;

  -- Whether the responsibility may see an operating unit, by its profiles MO: Security Profile and MO: Operating Unit.
  FUNCTION org_access (p_org_id IN NUMBER) RETURN VARCHAR2 IS
  BEGIN
    mo_global.init('PO');
    RETURN NVL(mo_global.check_access(p_org_id), 'N');
  END org_access;

  -- Refuses an operating unit that the responsibility may not see: an empty page would look like deletion to whoever reads it.
  PROCEDURE enter (p_org_id IN NUMBER) IS
  BEGIN
    IF p_org_id IS NULL THEN
      refuse('P_ORG_ID is missing');
    END IF;
    IF org_access(p_org_id) <> 'Y' THEN
      refuse('MO_ORG_ACCESS_NO_DATA_FOUND: operating unit ' || TO_CHAR(p_org_id) ||
             ' is not open to responsibility ' || fnd_global.resp_name);
    END IF;
    mo_global.set_policy_context('S', p_org_id);
  END enter;

  -- The primary ledger of an operating unit.
  FUNCTION ledger_of (p_org_id IN NUMBER) RETURN NUMBER IS
    l_ledger_id NUMBER;
  BEGIN
    SELECT MAX(TO_NUMBER(u.set_of_books_id))
      INTO l_ledger_id
      FROM hr_operating_units u
     WHERE u.organization_id = p_org_id;
    RETURN l_ledger_id;
  END ledger_of;

  -- Y where an enabled row's dates include today; the last day is the end date itself, as Oracle's own forms have it.
  FUNCTION active_flag (
    p_enabled IN VARCHAR2,
    p_start   IN DATE,
    p_end     IN DATE,
    p_now     IN DATE
  ) RETURN VARCHAR2 IS
  BEGIN
    IF NVL(p_enabled, 'Y') = 'Y'
       AND TRUNC(p_now) >= NVL(TRUNC(p_start), TRUNC(p_now))
       AND TRUNC(p_now) <= NVL(TRUNC(p_end), TRUNC(p_now)) THEN
      RETURN 'Y';
    END IF;
    RETURN 'N';
  END active_flag;

  -- Y where a supplier site is not inactive; it is from its inactive date on.
  FUNCTION site_active_flag (p_inactive IN DATE, p_now IN DATE) RETURN VARCHAR2 IS
  BEGIN
    IF p_inactive <= p_now THEN
      RETURN 'N';
    END IF;
    RETURN 'Y';
  END site_active_flag;

  ------------------------------------------------------------------------------------------------------------------------
  -- Context and operating units
  ------------------------------------------------------------------------------------------------------------------------

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
  ) IS
    -- One moment for both renderings.
    l_now CONSTANT TIMESTAMP WITH TIME ZONE := SYSTIMESTAMP;
  BEGIN
    x_package_version := c_version;
    x_user_name := fnd_global.user_name;
    x_language := fnd_global.nls_language;
    x_org_id := NVL(mo_global.get_current_org_id, fnd_global.org_id);
    x_org_access := org_access(NVL(p_org_id, x_org_id));
    x_time_zone := TO_CHAR(l_now, 'TZH:TZM');
    x_as_of := TO_CHAR(l_now, c_iso);
    x_utc := TO_CHAR(SYS_EXTRACT_UTC(l_now), c_iso) || 'Z';

    SELECT d.name, TO_CHAR(d.dbid)
      INTO x_database, x_database_id
      FROM v$database d;
    SELECT MAX(g.applications_system_name)
      INTO x_system
      FROM fnd_product_groups g;
    SELECT MAX(r.responsibility_key), MAX(a.application_short_name)
      INTO x_responsibility, x_resp_application
      FROM fnd_responsibility r, fnd_application a
     WHERE r.responsibility_id = fnd_global.resp_id
       AND r.application_id = fnd_global.resp_appl_id
       AND a.application_id = r.application_id;
    IF x_org_access = 'Y' THEN
      SELECT MAX(l.ledger_id), MAX(l.name)
        INTO x_ledger_id, x_ledger_name
        FROM hr_operating_units u, gl_ledgers l
       WHERE u.organization_id = NVL(p_org_id, x_org_id)
         AND l.ledger_id = TO_NUMBER(u.set_of_books_id);
    END IF;
    x_return_status := c_success;
  EXCEPTION
    WHEN OTHERS THEN
      report(x_return_status, x_msg_data);
  END get_context;

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
  ) IS
    l_now   CONSTANT DATE := SYSDATE;
    l_after NUMBER := NVL(p_last_id, -1);
    l_size  PLS_INTEGER;
    l_ids   xxgusset_id_tab;
  BEGIN
    x_rows := xxgusset_unit_tab();
    enter(p_org_id);
    x_as_of := iso(l_now);
    x_org_id := p_org_id;
    l_size := page_size(p_page_size);
    -- ENTER has narrowed the context to one operating unit; this asks for all.
    mo_global.init('PO');
    IF by_ids(p_ids) THEN
      SELECT u.organization_id
        BULK COLLECT INTO l_ids
        FROM hr_operating_units u
       WHERE u.organization_id IN (SELECT t.COLUMN_VALUE FROM TABLE(p_ids) t)
         AND mo_global.check_access(u.organization_id) = 'Y'
       ORDER BY u.organization_id;
    ELSE
      SELECT k.organization_id
        BULK COLLECT INTO l_ids
        FROM (SELECT u.organization_id
                FROM hr_operating_units u
               WHERE u.organization_id > l_after
                 AND mo_global.check_access(u.organization_id) = 'Y'
               ORDER BY u.organization_id) k
       WHERE ROWNUM <= l_size + 1;
    END IF;
    x_more := cut(l_ids, l_size, p_ids);
    FOR u IN (
      SELECT o.organization_id, o.name, o.short_code, l.ledger_id, l.name ledger_name, l.currency_code
        FROM hr_operating_units o, gl_ledgers l
       WHERE o.organization_id IN (SELECT t.COLUMN_VALUE FROM TABLE(l_ids) t)
         AND l.ledger_id(+) = TO_NUMBER(o.set_of_books_id)
       ORDER BY o.organization_id
    ) LOOP
      x_rows.EXTEND;
      x_rows(x_rows.COUNT) := xxgusset_unit_rec(
        organization_id => u.organization_id,
        name            => u.name,
        short_code      => u.short_code,
        ledger_id       => u.ledger_id,
        ledger_name     => u.ledger_name,
        currency_code   => u.currency_code
      );
    END LOOP;
    x_return_status := c_success;
  EXCEPTION
    WHEN OTHERS THEN
      report(x_return_status, x_msg_data);
  END get_operating_units;

  ------------------------------------------------------------------------------------------------------------------------
  -- Suppliers
  ------------------------------------------------------------------------------------------------------------------------

  -- A supplier's sites in one operating unit.
  FUNCTION sites_of (
    p_vendor_id IN NUMBER,
    p_org_id    IN NUMBER,
    p_now       IN DATE
  ) RETURN xxgusset_site_tab IS
    l_sites xxgusset_site_tab := xxgusset_site_tab();
  BEGIN
    FOR s IN (
      SELECT a.vendor_site_id, a.org_id, a.vendor_site_code, a.purchasing_site_flag, a.pay_site_flag,
             a.primary_pay_site_flag, a.address_line1, a.address_line2, a.address_line3, a.address_line4,
             a.city, a.state, a.province, a.zip, a.county, a.country, a.area_code, a.phone, a.fax_area_code,
             a.fax, a.email_address, a.inactive_date
        FROM ap_supplier_sites_all a
       WHERE a.vendor_id = p_vendor_id
         AND a.org_id = p_org_id
       ORDER BY a.vendor_site_id
    ) LOOP
      l_sites.EXTEND;
      l_sites(l_sites.COUNT) := xxgusset_site_rec(
        vendor_site_id        => s.vendor_site_id,
        org_id                => s.org_id,
        vendor_site_code      => s.vendor_site_code,
        purchasing_site_flag  => s.purchasing_site_flag,
        pay_site_flag         => s.pay_site_flag,
        primary_pay_site_flag => s.primary_pay_site_flag,
        address_line1         => s.address_line1,
        address_line2         => s.address_line2,
        address_line3         => s.address_line3,
        address_line4         => s.address_line4,
        city                  => s.city,
        state                 => s.state,
        province              => s.province,
        zip                   => s.zip,
        county                => s.county,
        country               => s.country,
        area_code             => s.area_code,
        phone                 => s.phone,
        fax_area_code         => s.fax_area_code,
        fax                   => s.fax,
        email_address         => s.email_address,
        inactive_date         => iso(s.inactive_date),
        active_flag           => site_active_flag(s.inactive_date, p_now)
      );
    END LOOP;
    RETURN l_sites;
  END sites_of;

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
  ) IS
    l_now   CONSTANT DATE := SYSDATE;
    l_since DATE;
    l_after NUMBER := NVL(p_last_id, -1);
    l_size  PLS_INTEGER;
    l_ids   xxgusset_id_tab;
    l_sites xxgusset_site_tab;
  BEGIN
    x_rows := xxgusset_supplier_tab();
    x_sites := xxgusset_supplier_site_tab();
    enter(p_org_id);
    x_as_of := iso(l_now);
    x_org_id := p_org_id;
    l_since := moment(p_updated_since);
    l_size := page_size(p_page_size);
    IF by_ids(p_ids) THEN
      SELECT v.vendor_id
        BULK COLLECT INTO l_ids
        FROM ap_suppliers v
       WHERE v.vendor_id IN (SELECT t.COLUMN_VALUE FROM TABLE(p_ids) t)
         AND EXISTS (SELECT 1
                       FROM ap_supplier_sites_all u
                      WHERE u.vendor_id = v.vendor_id
                        AND u.org_id = p_org_id)
       ORDER BY v.vendor_id;
    ELSE
      SELECT k.vendor_id
        BULK COLLECT INTO l_ids
        FROM (SELECT v.vendor_id
                FROM ap_suppliers v
               WHERE v.vendor_id > l_after
                 AND EXISTS (SELECT 1
                               FROM ap_supplier_sites_all u
                              WHERE u.vendor_id = v.vendor_id
                                AND u.org_id = p_org_id)
                 AND (l_since IS NULL
                      OR v.last_update_date >= l_since
                      OR (v.start_date_active > l_since AND v.start_date_active <= l_now)
                      OR (TRUNC(v.end_date_active) + 1 > l_since AND TRUNC(v.end_date_active) + 1 <= l_now)
                      -- Sites of every operating unit: all units must report the same suppliers as changed.
                      OR EXISTS (SELECT 1
                                   FROM ap_supplier_sites_all c
                                  WHERE c.vendor_id = v.vendor_id
                                    AND (c.last_update_date >= l_since
                                         OR (c.inactive_date > l_since AND c.inactive_date <= l_now))))
               ORDER BY v.vendor_id) k
       WHERE ROWNUM <= l_size + 1;
    END IF;
    x_more := cut(l_ids, l_size, p_ids);
    FOR s IN (
      SELECT a.vendor_id, a.vendor_name, a.vendor_name_alt, a.segment1, a.vendor_type_lookup_code,
             a.enabled_flag, a.one_time_flag, a.hold_flag, a.start_date_active, a.end_date_active,
             a.organization_type_lookup_code, a.invoice_currency_code, a.last_update_date
        FROM ap_suppliers a
       WHERE a.vendor_id IN (SELECT t.COLUMN_VALUE FROM TABLE(l_ids) t)
       ORDER BY a.vendor_id
    ) LOOP
      l_sites := sites_of(s.vendor_id, p_org_id, l_now);
      IF p_flat = 'Y' THEN
        FOR i IN 1 .. l_sites.COUNT LOOP
          x_sites.EXTEND;
          x_sites(x_sites.COUNT) := xxgusset_supplier_site_rec(
            vendor_id             => s.vendor_id,
            vendor_site_id        => l_sites(i).vendor_site_id,
            org_id                => l_sites(i).org_id,
            vendor_site_code      => l_sites(i).vendor_site_code,
            purchasing_site_flag  => l_sites(i).purchasing_site_flag,
            pay_site_flag         => l_sites(i).pay_site_flag,
            primary_pay_site_flag => l_sites(i).primary_pay_site_flag,
            address_line1         => l_sites(i).address_line1,
            address_line2         => l_sites(i).address_line2,
            address_line3         => l_sites(i).address_line3,
            address_line4         => l_sites(i).address_line4,
            city                  => l_sites(i).city,
            state                 => l_sites(i).state,
            province              => l_sites(i).province,
            zip                   => l_sites(i).zip,
            county                => l_sites(i).county,
            country               => l_sites(i).country,
            area_code             => l_sites(i).area_code,
            phone                 => l_sites(i).phone,
            fax_area_code         => l_sites(i).fax_area_code,
            fax                   => l_sites(i).fax,
            email_address         => l_sites(i).email_address,
            inactive_date         => l_sites(i).inactive_date,
            active_flag           => l_sites(i).active_flag
          );
        END LOOP;
        l_sites := NULL;
      END IF;
      x_rows.EXTEND;
      x_rows(x_rows.COUNT) := xxgusset_supplier_rec(
        vendor_id                     => s.vendor_id,
        vendor_name                   => s.vendor_name,
        vendor_name_alt               => s.vendor_name_alt,
        segment1                      => s.segment1,
        vendor_type_lookup_code       => s.vendor_type_lookup_code,
        enabled_flag                  => s.enabled_flag,
        one_time_flag                 => s.one_time_flag,
        hold_flag                     => s.hold_flag,
        start_date_active             => iso(s.start_date_active),
        end_date_active               => iso(s.end_date_active),
        organization_type_lookup_code => s.organization_type_lookup_code,
        invoice_currency_code         => s.invoice_currency_code,
        last_update_date              => iso(s.last_update_date),
        active_flag                   => active_flag(s.enabled_flag, s.start_date_active, s.end_date_active, l_now),
        sites                         => l_sites
      );
    END LOOP;
    x_return_status := c_success;
  EXCEPTION
    WHEN OTHERS THEN
      report(x_return_status, x_msg_data);
  END get_suppliers;

  ------------------------------------------------------------------------------------------------------------------------
  -- Accounts
  ------------------------------------------------------------------------------------------------------------------------

  -- What a segment's value is called, in the session's language. A value of a dependent set may mean several things; the first
  -- by its parent is given.
  FUNCTION description_of (
    p_chart_id IN NUMBER,
    p_column   IN VARCHAR2,
    p_value    IN VARCHAR2
  ) RETURN VARCHAR2 IS
    l_key         CONSTANT VARCHAR2(200) := TO_CHAR(p_chart_id) || '/' || p_column || '/' || p_value;
    l_description VARCHAR2(4000);
  BEGIN
    IF p_value IS NULL THEN
      RETURN NULL;
    END IF;
    IF NOT g_descriptions.EXISTS(l_key) THEN
      SELECT MAX(v.description) KEEP (DENSE_RANK FIRST ORDER BY v.parent_flex_value_low NULLS FIRST)
        INTO l_description
        FROM fnd_id_flex_segments f, fnd_flex_values_vl v
       WHERE f.application_id = 101
         AND f.id_flex_code = 'GL#'
         AND f.id_flex_num = p_chart_id
         AND f.application_column_name = p_column
         AND v.flex_value_set_id = f.flex_value_set_id
         AND v.flex_value = p_value;
      g_descriptions(l_key) := l_description;
    END IF;
    RETURN g_descriptions(l_key);
  END description_of;

  -- The projects of one operating unit whose order distributions charge an account.
  FUNCTION projects_of (p_account_id IN NUMBER, p_org_id IN NUMBER) RETURN xxgusset_project_use_tab IS
    l_projects xxgusset_project_use_tab := xxgusset_project_use_tab();
  BEGIN
    FOR p IN (
      SELECT a.project_id, a.segment1
        FROM pa_projects_all a
       WHERE a.org_id = p_org_id
         AND EXISTS (SELECT 1
                       FROM po_distributions_all d
                      WHERE d.code_combination_id = p_account_id
                        AND d.project_id = a.project_id)
       ORDER BY a.project_id
    ) LOOP
      l_projects.EXTEND;
      l_projects(l_projects.COUNT) := xxgusset_project_use_rec(
        project_id => p.project_id,
        segment1   => p.segment1
      );
    END LOOP;
    RETURN l_projects;
  END projects_of;

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
  ) IS
    l_now   CONSTANT DATE := SYSDATE;
    l_since DATE;
    l_after NUMBER := NVL(p_last_id, -1);
    l_size  PLS_INTEGER;
    l_ids   xxgusset_id_tab;
    l_projects xxgusset_project_use_tab;
    l_ledger NUMBER;
  BEGIN
    x_rows := xxgusset_account_tab();
    x_projects := xxgusset_account_project_tab();
    g_descriptions.DELETE;
    enter(p_org_id);
    x_as_of := iso(l_now);
    x_org_id := p_org_id;
    l_since := moment(p_updated_since);
    l_size := page_size(p_page_size);
    l_ledger := ledger_of(p_org_id);
    IF by_ids(p_ids) THEN
      SELECT g.code_combination_id
        BULK COLLECT INTO l_ids
        FROM gl_code_combinations g
       WHERE g.code_combination_id IN (SELECT t.COLUMN_VALUE FROM TABLE(p_ids) t)
         AND (EXISTS (SELECT 1
                        FROM po_distributions_all d, pa_projects_all p
                       WHERE d.code_combination_id = g.code_combination_id
                         AND p.project_id = d.project_id
                         AND p.org_id = p_org_id)
              OR (p_any = 'Y'
                  AND g.chart_of_accounts_id = (SELECT l.chart_of_accounts_id
                                                  FROM gl_ledgers l
                                                 WHERE l.ledger_id = l_ledger)))
       ORDER BY g.code_combination_id;
    ELSE
      SELECT k.code_combination_id
        BULK COLLECT INTO l_ids
        FROM (SELECT g.code_combination_id
                FROM gl_code_combinations g
               WHERE g.code_combination_id > l_after
                 AND EXISTS (SELECT 1
                               FROM po_distributions_all d, pa_projects_all p
                              WHERE d.code_combination_id = g.code_combination_id
                                AND p.project_id = d.project_id
                                AND p.org_id = p_org_id)
                 AND (l_since IS NULL
                      OR g.last_update_date >= l_since
                      OR (g.start_date_active > l_since AND g.start_date_active <= l_now)
                      OR (TRUNC(g.end_date_active) + 1 > l_since AND TRUNC(g.end_date_active) + 1 <= l_now)
                      -- Distributions of every operating unit: all units must report the same accounts as changed.
                      OR EXISTS (SELECT 1
                                   FROM po_distributions_all c
                                  WHERE c.code_combination_id = g.code_combination_id
                                    AND c.project_id IS NOT NULL
                                    AND c.last_update_date >= l_since))
               ORDER BY g.code_combination_id) k
       WHERE ROWNUM <= l_size + 1;
    END IF;
    x_more := cut(l_ids, l_size, p_ids);
    FOR a IN (
      SELECT g.code_combination_id, g.chart_of_accounts_id, g.segment1, g.segment2, g.segment3, g.segment4,
             g.segment5, g.segment6, g.segment7, g.segment8, g.segment9, g.segment10, g.segment11,
             g.segment12, g.segment13, g.segment14, g.segment15, g.segment16, g.segment17, g.segment18,
             g.segment19, g.segment20, g.segment21, g.segment22, g.segment23, g.segment24, g.segment25,
             g.segment26, g.segment27, g.segment28, g.segment29, g.segment30, g.account_type, g.enabled_flag,
             g.summary_flag, g.template_id, g.detail_posting_allowed_flag, g.start_date_active,
             g.end_date_active, g.description, g.last_update_date, k.concatenated_segments,
             -- The segment qualifier "Third Party Control Account", as general ledger keeps it on the combination.
             g.reference3 gl_control_account,
             (SELECT MAX('Y')
                FROM hr_operating_units u
               WHERE TO_NUMBER(u.set_of_books_id) = l_ledger
                 AND (EXISTS (SELECT 1
                                FROM financials_system_params_all f
                               WHERE f.org_id = u.organization_id
                                 AND f.accts_pay_code_combination_id = g.code_combination_id)
                      OR EXISTS (SELECT 1
                                   FROM po_system_parameters_all r
                                  WHERE r.org_id = u.organization_id
                                    AND r.accrued_code_combination_id = g.code_combination_id))) payables_flag
        FROM gl_code_combinations g, gl_code_combinations_kfv k
       WHERE g.code_combination_id IN (SELECT t.COLUMN_VALUE FROM TABLE(l_ids) t)
         AND k.code_combination_id = g.code_combination_id
       ORDER BY g.code_combination_id
    ) LOOP
      l_projects := projects_of(a.code_combination_id, p_org_id);
      IF p_flat = 'Y' THEN
        FOR i IN 1 .. l_projects.COUNT LOOP
          x_projects.EXTEND;
          x_projects(x_projects.COUNT) := xxgusset_account_project_rec(
            code_combination_id => a.code_combination_id,
            project_id          => l_projects(i).project_id,
            segment1            => l_projects(i).segment1
          );
        END LOOP;
        l_projects := NULL;
      END IF;
      x_rows.EXTEND;
      x_rows(x_rows.COUNT) := xxgusset_account_rec(
        code_combination_id         => a.code_combination_id,
        chart_of_accounts_id        => a.chart_of_accounts_id,
        segment1                    => a.segment1,
        segment2                    => a.segment2,
        segment3                    => a.segment3,
        segment4                    => a.segment4,
        segment5                    => a.segment5,
        segment6                    => a.segment6,
        segment7                    => a.segment7,
        segment8                    => a.segment8,
        segment9                    => a.segment9,
        segment10                   => a.segment10,
        segment11                   => a.segment11,
        segment12                   => a.segment12,
        segment13                   => a.segment13,
        segment14                   => a.segment14,
        segment15                   => a.segment15,
        segment16                   => a.segment16,
        segment17                   => a.segment17,
        segment18                   => a.segment18,
        segment19                   => a.segment19,
        segment20                   => a.segment20,
        segment21                   => a.segment21,
        segment22                   => a.segment22,
        segment23                   => a.segment23,
        segment24                   => a.segment24,
        segment25                   => a.segment25,
        segment26                   => a.segment26,
        segment27                   => a.segment27,
        segment28                   => a.segment28,
        segment29                   => a.segment29,
        segment30                   => a.segment30,
        segment1_description        => description_of(a.chart_of_accounts_id, 'SEGMENT1', a.segment1),
        segment2_description        => description_of(a.chart_of_accounts_id, 'SEGMENT2', a.segment2),
        segment3_description        => description_of(a.chart_of_accounts_id, 'SEGMENT3', a.segment3),
        segment4_description        => description_of(a.chart_of_accounts_id, 'SEGMENT4', a.segment4),
        segment5_description        => description_of(a.chart_of_accounts_id, 'SEGMENT5', a.segment5),
        segment6_description        => description_of(a.chart_of_accounts_id, 'SEGMENT6', a.segment6),
        segment7_description        => description_of(a.chart_of_accounts_id, 'SEGMENT7', a.segment7),
        segment8_description        => description_of(a.chart_of_accounts_id, 'SEGMENT8', a.segment8),
        segment9_description        => description_of(a.chart_of_accounts_id, 'SEGMENT9', a.segment9),
        segment10_description       => description_of(a.chart_of_accounts_id, 'SEGMENT10', a.segment10),
        concatenated_segments       => a.concatenated_segments,
        account_type                => a.account_type,
        enabled_flag                => a.enabled_flag,
        summary_flag                => a.summary_flag,
        template_id                 => a.template_id,
        detail_posting_allowed_flag => a.detail_posting_allowed_flag,
        gl_control_account          => a.gl_control_account,
        payables_flag               => a.payables_flag,
        start_date_active           => iso(a.start_date_active),
        end_date_active             => iso(a.end_date_active),
        active_flag                 => active_flag(a.enabled_flag, a.start_date_active, a.end_date_active, l_now),
        description                 => a.description,
        last_update_date            => iso(a.last_update_date),
        projects                    => l_projects
      );
    END LOOP;
    x_return_status := c_success;
  EXCEPTION
    WHEN OTHERS THEN
      report(x_return_status, x_msg_data);
  END get_code_combinations;

  ------------------------------------------------------------------------------------------------------------------------
  -- Projects
  ------------------------------------------------------------------------------------------------------------------------

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
  ) IS
    l_now   CONSTANT DATE := SYSDATE;
    l_since DATE;
    l_after NUMBER := NVL(p_last_id, -1);
    l_size  PLS_INTEGER;
    l_ids   xxgusset_id_tab;
  BEGIN
    x_rows := xxgusset_project_tab();
    enter(p_org_id);
    x_as_of := iso(l_now);
    x_org_id := p_org_id;
    l_since := moment(p_updated_since);
    l_size := page_size(p_page_size);
    IF by_ids(p_ids) THEN
      SELECT j.project_id
        BULK COLLECT INTO l_ids
        FROM pa_projects_all j
       WHERE j.project_id IN (SELECT t.COLUMN_VALUE FROM TABLE(p_ids) t)
         AND j.org_id = p_org_id
       ORDER BY j.project_id;
    ELSE
      SELECT k.project_id
        BULK COLLECT INTO l_ids
        FROM (SELECT j.project_id
                FROM pa_projects_all j
               WHERE j.project_id > l_after
                 AND j.org_id = p_org_id
                 AND (l_since IS NULL
                      OR j.last_update_date >= l_since)
               ORDER BY j.project_id) k
       WHERE ROWNUM <= l_size + 1;
    END IF;
    x_more := cut(l_ids, l_size, p_ids);
    FOR p IN (
      SELECT a.project_id, a.segment1, a.name, a.long_name, a.description, a.project_type,
             a.project_status_code, a.template_flag, a.start_date, a.completion_date, a.closed_date,
             a.org_id, a.project_currency_code, a.last_update_date
        FROM pa_projects_all a
       WHERE a.project_id IN (SELECT t.COLUMN_VALUE FROM TABLE(l_ids) t)
       ORDER BY a.project_id
    ) LOOP
      x_rows.EXTEND;
      x_rows(x_rows.COUNT) := xxgusset_project_rec(
        project_id            => p.project_id,
        segment1              => p.segment1,
        name                  => p.name,
        long_name             => p.long_name,
        description           => p.description,
        project_type          => p.project_type,
        project_status_code   => p.project_status_code,
        template_flag         => p.template_flag,
        start_date            => iso(p.start_date),
        completion_date       => iso(p.completion_date),
        closed_date           => iso(p.closed_date),
        org_id                => p.org_id,
        project_currency_code => p.project_currency_code,
        last_update_date      => iso(p.last_update_date)
      );
    END LOOP;
    x_return_status := c_success;
  EXCEPTION
    WHEN OTHERS THEN
      report(x_return_status, x_msg_data);
  END get_projects;

  ------------------------------------------------------------------------------------------------------------------------
  -- Purchase orders
  ------------------------------------------------------------------------------------------------------------------------

  -- A number as text with a point, whatever the session's territory writes; TM9 keeps every digit.
  FUNCTION text_of (p_number IN NUMBER) RETURN VARCHAR2 IS
  BEGIN
    RETURN TO_CHAR(p_number, 'TM9', 'NLS_NUMERIC_CHARACTERS=''.,''');
  END text_of;

  -- What an order comes to: its shipments, ordered less cancelled, each rounded to the smallest amount of the currency. Price breaks
  -- and prepayments order nothing, scheduled releases repeat what their planned shipment orders.
  FUNCTION total_of (p_header_id IN NUMBER, p_unit IN NUMBER) RETURN NUMBER IS
    l_total NUMBER;
  BEGIN
    SELECT NVL(SUM(ROUND(CASE NVL(l.matching_basis, s.matching_basis)
                           WHEN 'AMOUNT' THEN NVL(s.amount, 0) - NVL(s.amount_cancelled, 0)
                           ELSE (NVL(s.quantity, 0) - NVL(s.quantity_cancelled, 0))
                                * NVL(s.price_override, NVL(l.unit_price, 0))
                         END / p_unit) * p_unit), 0)
      INTO l_total
      FROM po_line_locations_all s, po_lines_all l
     WHERE s.po_header_id = p_header_id
       AND l.po_line_id = s.po_line_id
       AND NVL(s.shipment_type, 'STANDARD') NOT IN ('PRICE BREAK', 'PREPAYMENT', 'SCHEDULED');
    RETURN l_total;
  END total_of;

  -- A line's distributions, shipment by shipment.
  FUNCTION distributions_of (p_line_id IN NUMBER) RETURN xxgusset_distribution_tab IS
    l_distributions xxgusset_distribution_tab := xxgusset_distribution_tab();
  BEGIN
    FOR d IN (
      SELECT a.po_distribution_id, a.distribution_num, a.line_location_id, s.shipment_num, s.shipment_type,
             a.po_release_id, a.code_combination_id, a.project_id, a.task_id, s.price_override,
             a.quantity_ordered, a.quantity_cancelled, a.quantity_billed, a.amount_ordered, a.amount_cancelled,
             a.amount_billed, s.cancel_flag shipment_cancel_flag, s.closed_code shipment_closed_code
        FROM po_distributions_all a, po_line_locations_all s
       WHERE a.po_line_id = p_line_id
         AND s.line_location_id = a.line_location_id
         AND NVL(s.shipment_type, 'STANDARD') NOT IN ('PRICE BREAK', 'PREPAYMENT')
       ORDER BY s.shipment_num, a.line_location_id, a.distribution_num, a.po_distribution_id
    ) LOOP
      l_distributions.EXTEND;
      l_distributions(l_distributions.COUNT) := xxgusset_distribution_rec(
        po_distribution_id   => d.po_distribution_id,
        distribution_num     => d.distribution_num,
        line_location_id     => d.line_location_id,
        shipment_num         => d.shipment_num,
        shipment_type        => d.shipment_type,
        po_release_id        => d.po_release_id,
        code_combination_id  => d.code_combination_id,
        project_id           => d.project_id,
        task_id              => d.task_id,
        price_override       => text_of(d.price_override),
        quantity_ordered     => text_of(d.quantity_ordered),
        quantity_cancelled   => text_of(d.quantity_cancelled),
        quantity_billed      => text_of(d.quantity_billed),
        amount_ordered       => text_of(d.amount_ordered),
        amount_cancelled     => text_of(d.amount_cancelled),
        amount_billed        => text_of(d.amount_billed),
        shipment_cancel_flag => d.shipment_cancel_flag,
        shipment_closed_code => d.shipment_closed_code
      );
    END LOOP;
    RETURN l_distributions;
  END distributions_of;

  FUNCTION lines_of (p_header_id IN NUMBER) RETURN xxgusset_line_tab IS
    l_lines xxgusset_line_tab := xxgusset_line_tab();
  BEGIN
    FOR l IN (
      SELECT a.po_line_id, a.line_num, a.item_description, a.unit_meas_lookup_code, a.quantity, a.unit_price,
             a.amount, a.matching_basis, a.cancel_flag, a.closed_code, a.retainage_rate
        FROM po_lines_all a
       WHERE a.po_header_id = p_header_id
       ORDER BY a.line_num, a.po_line_id
    ) LOOP
      l_lines.EXTEND;
      l_lines(l_lines.COUNT) := xxgusset_line_rec(
        po_line_id            => l.po_line_id,
        line_num              => l.line_num,
        item_description      => l.item_description,
        unit_meas_lookup_code => l.unit_meas_lookup_code,
        quantity              => text_of(l.quantity),
        unit_price            => text_of(l.unit_price),
        amount                => text_of(l.amount),
        matching_basis        => l.matching_basis,
        cancel_flag           => l.cancel_flag,
        closed_code           => l.closed_code,
        retainage_rate        => text_of(l.retainage_rate),
        distributions         => distributions_of(l.po_line_id)
      );
    END LOOP;
    RETURN l_lines;
  END lines_of;

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
  ) IS
    l_now   CONSTANT DATE := SYSDATE;
    l_since DATE;
    l_after NUMBER := NVL(p_last_id, -1);
    l_size  PLS_INTEGER;
    l_ids   xxgusset_id_tab;
    l_lines xxgusset_line_tab;
    l_distributions xxgusset_distribution_tab;
  BEGIN
    x_rows := xxgusset_order_tab();
    x_lines := xxgusset_order_line_tab();
    x_distributions := xxgusset_line_distribution_tab();
    enter(p_org_id);
    x_as_of := iso(l_now);
    x_org_id := p_org_id;
    l_since := moment(p_updated_since);
    l_size := page_size(p_page_size);
    IF by_ids(p_ids) THEN
      SELECT h.po_header_id
        BULK COLLECT INTO l_ids
        FROM po_headers_all h
       WHERE h.po_header_id IN (SELECT t.COLUMN_VALUE FROM TABLE(p_ids) t)
         AND h.org_id = p_org_id
         AND h.type_lookup_code IN ('STANDARD', 'PLANNED', 'BLANKET', 'CONTRACT')
       ORDER BY h.po_header_id;
    ELSE
      SELECT k.po_header_id
        BULK COLLECT INTO l_ids
        FROM (SELECT h.po_header_id
                FROM po_headers_all h
               WHERE h.po_header_id > l_after
                 AND h.org_id = p_org_id
                 AND h.type_lookup_code IN ('STANDARD', 'PLANNED', 'BLANKET', 'CONTRACT')
                 AND (l_since IS NULL
                      OR h.last_update_date >= l_since
                      OR EXISTS (SELECT 1
                                   FROM po_lines_all l
                                  WHERE l.po_header_id = h.po_header_id
                                    AND l.last_update_date >= l_since)
                      OR EXISTS (SELECT 1
                                   FROM po_line_locations_all s
                                  WHERE s.po_header_id = h.po_header_id
                                    AND s.last_update_date >= l_since)
                      OR EXISTS (SELECT 1
                                   FROM po_distributions_all d
                                  WHERE d.po_header_id = h.po_header_id
                                    AND d.last_update_date >= l_since))
               ORDER BY h.po_header_id) k
       WHERE ROWNUM <= l_size + 1;
    END IF;
    x_more := cut(l_ids, l_size, p_ids);
    FOR o IN (
      SELECT h.po_header_id, h.org_id, h.segment1, h.type_lookup_code, h.vendor_id, h.vendor_site_id,
             h.currency_code, NVL(c.minimum_accountable_unit, POWER(10, -NVL(c.precision, 2))) currency_unit,
             g.ledger_id, g.currency_code ledger_currency_code, h.authorization_status, h.approved_flag,
             h.approved_date, h.revision_num, h.closed_code, h.cancel_flag, h.user_hold_flag, h.comments,
             h.creation_date, h.last_update_date
        FROM po_headers_all h, hr_operating_units u, gl_ledgers g, fnd_currencies c
       WHERE h.po_header_id IN (SELECT t.COLUMN_VALUE FROM TABLE(l_ids) t)
         AND u.organization_id(+) = h.org_id
         AND g.ledger_id(+) = TO_NUMBER(u.set_of_books_id)
         AND c.currency_code(+) = h.currency_code
       ORDER BY h.po_header_id
    ) LOOP
      l_lines := lines_of(o.po_header_id);
      IF p_flat = 'Y' THEN
        FOR i IN 1 .. l_lines.COUNT LOOP
          x_lines.EXTEND;
          x_lines(x_lines.COUNT) := xxgusset_order_line_rec(
            po_header_id          => o.po_header_id,
            po_line_id            => l_lines(i).po_line_id,
            line_num              => l_lines(i).line_num,
            item_description      => l_lines(i).item_description,
            unit_meas_lookup_code => l_lines(i).unit_meas_lookup_code,
            quantity              => l_lines(i).quantity,
            unit_price            => l_lines(i).unit_price,
            amount                => l_lines(i).amount,
            matching_basis        => l_lines(i).matching_basis,
            cancel_flag           => l_lines(i).cancel_flag,
            closed_code           => l_lines(i).closed_code,
            retainage_rate        => l_lines(i).retainage_rate
          );
          l_distributions := l_lines(i).distributions;
          FOR j IN 1 .. l_distributions.COUNT LOOP
            x_distributions.EXTEND;
            x_distributions(x_distributions.COUNT) := xxgusset_line_distribution_rec(
              po_line_id           => l_lines(i).po_line_id,
              po_distribution_id   => l_distributions(j).po_distribution_id,
              distribution_num     => l_distributions(j).distribution_num,
              line_location_id     => l_distributions(j).line_location_id,
              shipment_num         => l_distributions(j).shipment_num,
              shipment_type        => l_distributions(j).shipment_type,
              po_release_id        => l_distributions(j).po_release_id,
              code_combination_id  => l_distributions(j).code_combination_id,
              project_id           => l_distributions(j).project_id,
              task_id              => l_distributions(j).task_id,
              price_override       => l_distributions(j).price_override,
              quantity_ordered     => l_distributions(j).quantity_ordered,
              quantity_cancelled   => l_distributions(j).quantity_cancelled,
              quantity_billed      => l_distributions(j).quantity_billed,
              amount_ordered       => l_distributions(j).amount_ordered,
              amount_cancelled     => l_distributions(j).amount_cancelled,
              amount_billed        => l_distributions(j).amount_billed,
              shipment_cancel_flag => l_distributions(j).shipment_cancel_flag,
              shipment_closed_code => l_distributions(j).shipment_closed_code
            );
          END LOOP;
        END LOOP;
        l_lines := NULL;
      END IF;
      x_rows.EXTEND;
      x_rows(x_rows.COUNT) := xxgusset_order_rec(
        po_header_id         => o.po_header_id,
        org_id               => o.org_id,
        segment1             => o.segment1,
        type_lookup_code     => o.type_lookup_code,
        vendor_id            => o.vendor_id,
        vendor_site_id       => o.vendor_site_id,
        currency_code        => o.currency_code,
        currency_unit        => text_of(o.currency_unit),
        ledger_id            => o.ledger_id,
        ledger_currency_code => o.ledger_currency_code,
        authorization_status => o.authorization_status,
        approved_flag        => o.approved_flag,
        approved_date        => iso(o.approved_date),
        revision_num         => o.revision_num,
        closed_code          => o.closed_code,
        cancel_flag          => o.cancel_flag,
        user_hold_flag       => o.user_hold_flag,
        comments             => o.comments,
        creation_date        => iso(o.creation_date),
        last_update_date     => iso(o.last_update_date),
        total_amount         => text_of(total_of(o.po_header_id, o.currency_unit)),
        lines                => l_lines
      );
    END LOOP;
    x_return_status := c_success;
  EXCEPTION
    WHEN OTHERS THEN
      report(x_return_status, x_msg_data);
  END get_purchase_orders;

  ------------------------------------------------------------------------------------------------------------------------
  -- What receiving and payables made of orders
  ------------------------------------------------------------------------------------------------------------------------

  -- The invoice lines that bill a distribution.
  FUNCTION invoices_of (p_distribution_id IN NUMBER) RETURN xxgusset_invoice_tab IS
    l_invoices xxgusset_invoice_tab := xxgusset_invoice_tab();
  BEGIN
    FOR i IN (
      SELECT a.invoice_distribution_id, a.invoice_id, v.invoice_num, v.invoice_date, a.accounting_date, a.amount,
             a.quantity_invoiced, v.cancelled_date, a.reversal_flag
        FROM ap_invoice_distributions_all a, ap_invoices_all v
       WHERE a.po_distribution_id = p_distribution_id
         AND v.invoice_id = a.invoice_id
       ORDER BY a.invoice_distribution_id
    ) LOOP
      l_invoices.EXTEND;
      l_invoices(l_invoices.COUNT) := xxgusset_invoice_rec(
        invoice_distribution_id => i.invoice_distribution_id,
        invoice_id              => i.invoice_id,
        invoice_num             => i.invoice_num,
        invoice_date            => iso(i.invoice_date),
        accounting_date         => iso(i.accounting_date),
        amount                  => text_of(i.amount),
        quantity_invoiced       => text_of(i.quantity_invoiced),
        cancelled_date          => iso(i.cancelled_date),
        reversal_flag           => i.reversal_flag
      );
    END LOOP;
    RETURN l_invoices;
  END invoices_of;

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
  ) IS
    l_now   CONSTANT DATE := SYSDATE;
    l_since DATE;
    l_after NUMBER := NVL(p_last_id, -1);
    l_size  PLS_INTEGER;
    l_ids   xxgusset_id_tab;
    l_invoices xxgusset_invoice_tab;
  BEGIN
    x_rows := xxgusset_billing_tab();
    x_invoices := xxgusset_billing_invoice_tab();
    enter(p_org_id);
    x_as_of := iso(l_now);
    x_org_id := p_org_id;
    l_since := moment(p_updated_since);
    l_size := page_size(p_page_size);
    IF by_ids(p_ids) THEN
      SELECT d.po_distribution_id
        BULK COLLECT INTO l_ids
        FROM po_distributions_all d, po_line_locations_all s, po_headers_all h
       WHERE d.po_distribution_id IN (SELECT t.COLUMN_VALUE FROM TABLE(p_ids) t)
         AND d.org_id = p_org_id
         AND s.line_location_id = d.line_location_id
         AND NVL(s.shipment_type, 'STANDARD') NOT IN ('PRICE BREAK', 'PREPAYMENT')
         AND h.po_header_id = d.po_header_id
         AND h.type_lookup_code IN ('STANDARD', 'PLANNED', 'BLANKET', 'CONTRACT')
       ORDER BY d.po_distribution_id;
    ELSE
      SELECT k.po_distribution_id
        BULK COLLECT INTO l_ids
        FROM (SELECT d.po_distribution_id
                FROM po_distributions_all d, po_line_locations_all s, po_headers_all h
               WHERE d.po_distribution_id > l_after
                 AND d.org_id = p_org_id
                 AND s.line_location_id = d.line_location_id
                 AND NVL(s.shipment_type, 'STANDARD') NOT IN ('PRICE BREAK', 'PREPAYMENT')
                 AND h.po_header_id = d.po_header_id
                 AND h.type_lookup_code IN ('STANDARD', 'PLANNED', 'BLANKET', 'CONTRACT')
                 AND (l_since IS NULL
                      OR d.last_update_date >= l_since
                      OR s.last_update_date >= l_since
                      OR EXISTS (SELECT 1
                                   FROM ap_invoice_distributions_all i, ap_invoices_all v
                                  WHERE i.po_distribution_id = d.po_distribution_id
                                    AND v.invoice_id = i.invoice_id
                                    AND (i.last_update_date >= l_since OR v.last_update_date >= l_since)))
               ORDER BY d.po_distribution_id) k
       WHERE ROWNUM <= l_size + 1;
    END IF;
    x_more := cut(l_ids, l_size, p_ids);
    FOR b IN (
      SELECT d.po_distribution_id, d.po_header_id, d.po_line_id, d.org_id, TO_NUMBER(u.set_of_books_id) ledger_id,
             h.currency_code, NVL(c.minimum_accountable_unit, POWER(10, -NVL(c.precision, 2))) currency_unit,
             d.code_combination_id, d.accrual_account_id, d.project_id,
             NVL(l.matching_basis, s.matching_basis) matching_basis, NVL(s.price_override, l.unit_price) unit_price,
             d.quantity_ordered, d.quantity_cancelled, d.quantity_delivered, d.quantity_billed, d.amount_ordered,
             d.amount_cancelled, d.amount_delivered, d.amount_billed, s.accrue_on_receipt_flag, d.last_update_date
        FROM po_distributions_all d, po_line_locations_all s, po_lines_all l, po_headers_all h, hr_operating_units u,
             fnd_currencies c
       WHERE d.po_distribution_id IN (SELECT t.COLUMN_VALUE FROM TABLE(l_ids) t)
         AND s.line_location_id = d.line_location_id
         AND l.po_line_id = d.po_line_id
         AND h.po_header_id = d.po_header_id
         AND u.organization_id(+) = d.org_id
         AND c.currency_code(+) = h.currency_code
       ORDER BY d.po_distribution_id
    ) LOOP
      l_invoices := invoices_of(b.po_distribution_id);
      IF p_flat = 'Y' THEN
        FOR i IN 1 .. l_invoices.COUNT LOOP
          x_invoices.EXTEND;
          x_invoices(x_invoices.COUNT) := xxgusset_billing_invoice_rec(
            po_distribution_id      => b.po_distribution_id,
            invoice_distribution_id => l_invoices(i).invoice_distribution_id,
            invoice_id              => l_invoices(i).invoice_id,
            invoice_num             => l_invoices(i).invoice_num,
            invoice_date            => l_invoices(i).invoice_date,
            accounting_date         => l_invoices(i).accounting_date,
            amount                  => l_invoices(i).amount,
            quantity_invoiced       => l_invoices(i).quantity_invoiced,
            cancelled_date          => l_invoices(i).cancelled_date,
            reversal_flag           => l_invoices(i).reversal_flag
          );
        END LOOP;
        l_invoices := NULL;
      END IF;
      x_rows.EXTEND;
      x_rows(x_rows.COUNT) := xxgusset_billing_rec(
        po_distribution_id     => b.po_distribution_id,
        po_header_id           => b.po_header_id,
        po_line_id             => b.po_line_id,
        org_id                 => b.org_id,
        ledger_id              => b.ledger_id,
        currency_code          => b.currency_code,
        currency_unit          => text_of(b.currency_unit),
        code_combination_id    => b.code_combination_id,
        accrual_account_id     => b.accrual_account_id,
        project_id             => b.project_id,
        matching_basis         => b.matching_basis,
        unit_price             => text_of(b.unit_price),
        quantity_ordered       => text_of(b.quantity_ordered),
        quantity_cancelled     => text_of(b.quantity_cancelled),
        quantity_delivered     => text_of(b.quantity_delivered),
        quantity_billed        => text_of(b.quantity_billed),
        amount_ordered         => text_of(b.amount_ordered),
        amount_cancelled       => text_of(b.amount_cancelled),
        amount_delivered       => text_of(b.amount_delivered),
        amount_billed          => text_of(b.amount_billed),
        accrue_on_receipt_flag => b.accrue_on_receipt_flag,
        last_update_date       => iso(b.last_update_date),
        invoices               => l_invoices
      );
    END LOOP;
    x_return_status := c_success;
  EXCEPTION
    WHEN OTHERS THEN
      report(x_return_status, x_msg_data);
  END get_po_billing;

  ------------------------------------------------------------------------------------------------------------------------
  -- General ledger: periods and names
  ------------------------------------------------------------------------------------------------------------------------

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
  ) IS
    l_now    CONSTANT DATE := SYSDATE;
    l_ledger NUMBER;
    l_after  NUMBER := NVL(p_last_id, -1);
    l_size   PLS_INTEGER;
    l_ids    xxgusset_id_tab;
  BEGIN
    x_rows := xxgusset_period_tab();
    enter(p_org_id);
    x_as_of := iso(l_now);
    x_org_id := p_org_id;
    l_size := page_size(p_page_size);
    l_ledger := ledger_of(p_org_id);
    IF by_ids(p_ids) THEN
      SELECT s.effective_period_num
        BULK COLLECT INTO l_ids
        FROM gl_period_statuses s
       WHERE s.application_id = 101
         AND s.ledger_id = l_ledger
         AND s.effective_period_num IN (SELECT t.COLUMN_VALUE FROM TABLE(p_ids) t)
       ORDER BY s.effective_period_num;
    ELSE
      SELECT k.effective_period_num
        BULK COLLECT INTO l_ids
        FROM (SELECT s.effective_period_num
                FROM gl_period_statuses s
               WHERE s.application_id = 101
                 AND s.ledger_id = l_ledger
                 AND s.effective_period_num > l_after
               ORDER BY s.effective_period_num) k
       WHERE ROWNUM <= l_size + 1;
    END IF;
    x_more := cut(l_ids, l_size, p_ids);
    FOR p IN (
      SELECT s.effective_period_num, s.ledger_id, s.period_name, s.closing_status, s.start_date, s.end_date, s.period_year,
             s.period_num, s.adjustment_period_flag
        FROM gl_period_statuses s
       WHERE s.application_id = 101
         AND s.ledger_id = l_ledger
         AND s.effective_period_num IN (SELECT t.COLUMN_VALUE FROM TABLE(l_ids) t)
       ORDER BY s.effective_period_num
    ) LOOP
      x_rows.EXTEND;
      x_rows(x_rows.COUNT) := xxgusset_period_rec(
        effective_period_num   => p.effective_period_num,
        ledger_id              => p.ledger_id,
        period_name            => p.period_name,
        closing_status         => p.closing_status,
        start_date             => iso(p.start_date),
        end_date               => iso(p.end_date),
        period_year            => p.period_year,
        period_num             => p.period_num,
        adjustment_period_flag => p.adjustment_period_flag
      );
    END LOOP;
    x_return_status := c_success;
  EXCEPTION
    WHEN OTHERS THEN
      report(x_return_status, x_msg_data);
  END get_periods;

  -- Keys that are given, never null.
  FUNCTION given (p_keys IN xxgusset_key_tab) RETURN xxgusset_key_tab IS
  BEGIN
    IF p_keys IS NULL THEN
      RETURN xxgusset_key_tab();
    END IF;
    RETURN p_keys;
  END given;

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
  ) IS
    l_now    CONSTANT DATE := SYSDATE;
    l_ledger NUMBER;
    l_size   PLS_INTEGER;
    l_keys   xxgusset_key_tab := given(p_keys);
    l_by_key VARCHAR2(1) := 'N';
  BEGIN
    x_rows := xxgusset_setup_tab();
    enter(p_org_id);
    x_as_of := iso(l_now);
    x_org_id := p_org_id;
    x_more := 'N';
    l_size := page_size(p_page_size);
    l_ledger := ledger_of(p_org_id);
    IF l_keys.COUNT > 0 THEN
      l_by_key := 'Y';
    END IF;
    FOR s IN (
      SELECT k.setup_key, k.kind, k.name, k.user_name, k.ledger_id, k.currency_code, k.chart_of_accounts_id,
             k.balancing_segment, k.suspense_allowed_flag, k.access_set_id
        FROM (SELECT 'LEDGER:' || TO_CHAR(l.ledger_id) setup_key, 'LEDGER' kind, l.name name, l.name user_name, l.ledger_id,
                     l.currency_code, l.chart_of_accounts_id,
                     (SELECT MAX(a.application_column_name)
                        FROM fnd_segment_attribute_values a
                       WHERE a.application_id = 101
                         AND a.id_flex_code = 'GL#'
                         AND a.id_flex_num = l.chart_of_accounts_id
                         AND a.segment_attribute_type = 'GL_BALANCING'
                         AND a.attribute_value = 'Y') balancing_segment,
                     l.suspense_allowed_flag, TO_NUMBER(fnd_profile.value('GL_ACCESS_SET_ID')) access_set_id
                FROM gl_ledgers l
               WHERE l.ledger_id = l_ledger
              UNION ALL
              SELECT 'SOURCE:' || j.je_source_name, 'SOURCE', j.je_source_name, j.user_je_source_name, NULL, NULL, NULL,
                     NULL, NULL, NULL
                FROM gl_je_sources_vl j
              UNION ALL
              SELECT 'CATEGORY:' || j.je_category_name, 'CATEGORY', j.je_category_name, j.user_je_category_name, NULL, NULL,
                     NULL, NULL, NULL, NULL
                FROM gl_je_categories_vl j
              UNION ALL
              SELECT 'CURRENCY:' || c.currency_code, 'CURRENCY', c.currency_code, c.currency_code, NULL, NULL, NULL, NULL,
                     NULL, NULL
                FROM fnd_currencies c
               WHERE c.enabled_flag = 'Y'
              UNION ALL
              SELECT 'RATE_TYPE:' || t.conversion_type, 'RATE_TYPE', t.conversion_type, t.user_conversion_type, NULL, NULL,
                     NULL, NULL, NULL, NULL
                FROM gl_daily_conversion_types t) k
       WHERE (l_by_key = 'Y' AND k.setup_key IN (SELECT t.COLUMN_VALUE FROM TABLE(l_keys) t))
          OR (l_by_key = 'N' AND (p_last_key IS NULL
                                  OR NLSSORT(k.setup_key, 'NLS_SORT=BINARY') > NLSSORT(p_last_key, 'NLS_SORT=BINARY')))
       ORDER BY NLSSORT(k.setup_key, 'NLS_SORT=BINARY')
    ) LOOP
      IF l_by_key = 'N' AND x_rows.COUNT = l_size THEN
        x_more := 'Y';
        EXIT;
      END IF;
      x_rows.EXTEND;
      x_rows(x_rows.COUNT) := xxgusset_setup_rec(
        setup_key             => s.setup_key,
        kind                  => s.kind,
        name                  => s.name,
        user_name             => s.user_name,
        ledger_id             => s.ledger_id,
        currency_code         => s.currency_code,
        chart_of_accounts_id  => s.chart_of_accounts_id,
        balancing_segment     => s.balancing_segment,
        suspense_allowed_flag => s.suspense_allowed_flag,
        access_set_id         => s.access_set_id
      );
    END LOOP;
    x_return_status := c_success;
  EXCEPTION
    WHEN OTHERS THEN
      report(x_return_status, x_msg_data);
  END get_journal_setup;

  ------------------------------------------------------------------------------------------------------------------------
  -- Journals
  ------------------------------------------------------------------------------------------------------------------------

  -- The oldest journal that carries a key: a copy that reverses it may carry it too.
  CURSOR c_journal (p_key VARCHAR2, p_ledger_id NUMBER) IS
    SELECT h.je_header_id, h.name je_name, b.name je_batch_name, h.status je_status, h.period_name je_period_name,
           h.accrual_rev_je_header_id reversal_je_header_id, COUNT(l.je_line_num) je_line_count,
           NVL(SUM(l.entered_dr), 0) running_total_dr, NVL(SUM(l.entered_cr), 0) running_total_cr
      FROM gl_je_headers h, gl_je_batches b, gl_je_lines l
     WHERE h.external_reference = p_key
       AND h.ledger_id = p_ledger_id
       AND b.je_batch_id = h.je_batch_id
       AND l.je_header_id(+) = h.je_header_id
     GROUP BY h.je_header_id, h.name, b.name, h.status, h.period_name, h.accrual_rev_je_header_id
     ORDER BY h.je_header_id;

  -- That journal; all columns null where there is none.
  FUNCTION journal_of (p_key IN VARCHAR2, p_ledger_id IN NUMBER) RETURN c_journal%ROWTYPE IS
    l_journal c_journal%ROWTYPE;
  BEGIN
    OPEN c_journal(p_key, p_ledger_id);
    FETCH c_journal INTO l_journal;
    CLOSE c_journal;
    RETURN l_journal;
  END journal_of;

  -- Y where a journal's debits and credits by account are not what was sent; null where there is no journal.
  FUNCTION changed_flag (p_key IN VARCHAR2, p_header_id IN NUMBER) RETURN VARCHAR2 IS
    l_differences PLS_INTEGER;
  BEGIN
    IF p_header_id IS NULL THEN
      RETURN NULL;
    END IF;
    SELECT COUNT(*)
      INTO l_differences
      FROM (SELECT k.code_combination_id
              FROM (SELECT s.code_combination_id, NVL(s.entered_dr, 0) sent_dr, NVL(s.entered_cr, 0) sent_cr, 0 book_dr, 0 book_cr
                      FROM xxgusset_posting_lines s
                     WHERE s.posting_key = p_key
                    UNION ALL
                    SELECT l.code_combination_id, 0, 0, NVL(l.entered_dr, 0), NVL(l.entered_cr, 0)
                      FROM gl_je_lines l
                     WHERE l.je_header_id = p_header_id) k
             GROUP BY k.code_combination_id
            HAVING SUM(k.sent_dr) <> SUM(k.book_dr)
                OR SUM(k.sent_cr) <> SUM(k.book_cr));
    IF l_differences > 0 THEN
      RETURN 'Y';
    END IF;
    RETURN 'N';
  END changed_flag;

  -- A journal's lines that are in the interface.
  FUNCTION interface_of (p_key IN VARCHAR2) RETURN xxgusset_interface_tab IS
    l_lines xxgusset_interface_tab := xxgusset_interface_tab();
  BEGIN
    FOR l IN (
      SELECT i.reference22, i.code_combination_id, i.entered_dr, i.entered_cr, i.status
        FROM gl_interface i, xxgusset_postings p
       WHERE p.posting_key = p_key
         AND i.group_id = p.group_id
         AND i.reference6 = p_key
       ORDER BY LPAD(i.reference22, 10, '0')
    ) LOOP
      l_lines.EXTEND;
      l_lines(l_lines.COUNT) := xxgusset_interface_rec(
        reference22         => l.reference22,
        code_combination_id => l.code_combination_id,
        entered_dr          => text_of(l.entered_dr),
        entered_cr          => text_of(l.entered_cr),
        status              => l.status
      );
    END LOOP;
    RETURN l_lines;
  END interface_of;

  -- A journal's lines as they were sent.
  FUNCTION sent_of (p_key IN VARCHAR2) RETURN xxgusset_sent_line_tab IS
    l_lines xxgusset_sent_line_tab := xxgusset_sent_line_tab();
  BEGIN
    FOR l IN (
      SELECT s.line_num, s.code_combination_id, s.entered_dr, s.entered_cr, s.reference10, s.reference23, s.reference24
        FROM xxgusset_posting_lines s
       WHERE s.posting_key = p_key
       ORDER BY s.line_num
    ) LOOP
      l_lines.EXTEND;
      l_lines(l_lines.COUNT) := xxgusset_sent_line_rec(
        line_num            => l.line_num,
        code_combination_id => l.code_combination_id,
        entered_dr          => text_of(l.entered_dr),
        entered_cr          => text_of(l.entered_cr),
        reference10         => l.reference10,
        reference23         => l.reference23,
        reference24         => l.reference24
      );
    END LOOP;
    RETURN l_lines;
  END sent_of;

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
  ) IS
    l_now     CONSTANT DATE := SYSDATE;
    l_ledger  NUMBER;
    l_size    PLS_INTEGER;
    l_keys    xxgusset_key_tab := given(p_keys);
    l_by_key  VARCHAR2(1) := 'N';
    l_lines   xxgusset_interface_tab;
    l_sent    xxgusset_sent_line_tab;
    l_journal c_journal%ROWTYPE;
  BEGIN
    x_rows := xxgusset_posting_tab();
    x_interface := xxgusset_posting_interface_tab();
    x_sent_lines := xxgusset_posting_sent_tab();
    enter(p_org_id);
    x_as_of := iso(l_now);
    x_org_id := p_org_id;
    x_more := 'N';
    l_size := page_size(p_page_size);
    l_ledger := ledger_of(p_org_id);
    IF l_keys.COUNT > 0 THEN
      l_by_key := 'Y';
    END IF;
    FOR p IN (
      SELECT g.posting_key, g.body_hash, g.ledger_id, g.user_je_source_name, g.accounting_date, g.period_name, g.currency_code,
             g.group_id, g.request_id,
             (SELECT MAX(DECODE(q.phase_code, 'P', 'PENDING', 'R', 'RUNNING', 'C', 'COMPLETE', 'INACTIVE'))
                FROM fnd_concurrent_requests q
               WHERE q.request_id = g.request_id) request_phase,
             g.creation_date, g.withdrawn_date, g.withdrawals,
             (SELECT NVL(SUM(l.entered_dr), 0) FROM xxgusset_posting_lines l WHERE l.posting_key = g.posting_key) sent_dr,
             (SELECT NVL(SUM(l.entered_cr), 0) FROM xxgusset_posting_lines l WHERE l.posting_key = g.posting_key) sent_cr
        FROM xxgusset_postings g
       WHERE g.ledger_id = l_ledger
         AND (p_source IS NULL OR g.user_je_source_name = p_source)
         AND (p_period_name IS NULL OR g.period_name = p_period_name)
         AND (p_key_prefix IS NULL OR SUBSTR(g.posting_key, 1, LENGTH(p_key_prefix)) = p_key_prefix)
         AND ((l_by_key = 'Y' AND g.posting_key IN (SELECT t.COLUMN_VALUE FROM TABLE(l_keys) t))
              OR (l_by_key = 'N'
                  AND (p_last_key IS NULL
                       OR NLSSORT(g.posting_key, 'NLS_SORT=BINARY') > NLSSORT(p_last_key, 'NLS_SORT=BINARY'))))
       ORDER BY NLSSORT(g.posting_key, 'NLS_SORT=BINARY')
    ) LOOP
      IF l_by_key = 'N' AND x_rows.COUNT = l_size THEN
        x_more := 'Y';
        EXIT;
      END IF;
      l_journal := journal_of(p.posting_key, p.ledger_id);
      l_lines := interface_of(p.posting_key);
      l_sent := xxgusset_sent_line_tab();
      IF p_lines = 'Y' THEN
        l_sent := sent_of(p.posting_key);
      END IF;
      IF p_flat = 'Y' THEN
        FOR i IN 1 .. l_lines.COUNT LOOP
          x_interface.EXTEND;
          x_interface(x_interface.COUNT) := xxgusset_posting_interface_rec(
            posting_key         => p.posting_key,
            reference22         => l_lines(i).reference22,
            code_combination_id => l_lines(i).code_combination_id,
            entered_dr          => l_lines(i).entered_dr,
            entered_cr          => l_lines(i).entered_cr,
            status              => l_lines(i).status
          );
        END LOOP;
        l_lines := NULL;
        FOR i IN 1 .. l_sent.COUNT LOOP
          x_sent_lines.EXTEND;
          x_sent_lines(x_sent_lines.COUNT) := xxgusset_posting_sent_rec(
            posting_key         => p.posting_key,
            line_num            => l_sent(i).line_num,
            code_combination_id => l_sent(i).code_combination_id,
            entered_dr          => l_sent(i).entered_dr,
            entered_cr          => l_sent(i).entered_cr,
            reference10         => l_sent(i).reference10,
            reference23         => l_sent(i).reference23,
            reference24         => l_sent(i).reference24
          );
        END LOOP;
        l_sent := NULL;
      END IF;
      x_rows.EXTEND;
      x_rows(x_rows.COUNT) := xxgusset_posting_rec(
        posting_key           => p.posting_key,
        body_hash             => p.body_hash,
        ledger_id             => p.ledger_id,
        user_je_source_name   => p.user_je_source_name,
        accounting_date       => iso(p.accounting_date),
        period_name           => p.period_name,
        currency_code         => p.currency_code,
        group_id              => p.group_id,
        request_id            => p.request_id,
        request_phase         => p.request_phase,
        creation_date         => iso(p.creation_date),
        withdrawn_date        => iso(p.withdrawn_date),
        withdrawals           => p.withdrawals,
        sent_dr               => text_of(p.sent_dr),
        sent_cr               => text_of(p.sent_cr),
        je_header_id          => l_journal.je_header_id,
        je_name               => l_journal.je_name,
        je_batch_name         => l_journal.je_batch_name,
        je_status             => l_journal.je_status,
        je_period_name        => l_journal.je_period_name,
        je_line_count         => l_journal.je_line_count,
        running_total_dr      => text_of(l_journal.running_total_dr),
        running_total_cr      => text_of(l_journal.running_total_cr),
        reversal_je_header_id => l_journal.reversal_je_header_id,
        changed_flag          => changed_flag(p.posting_key, l_journal.je_header_id),
        interface_lines       => l_lines,
        sent_lines            => l_sent
      );
    END LOOP;
    x_return_status := c_success;
  EXCEPTION
    WHEN OTHERS THEN
      report(x_return_status, x_msg_data);
  END get_postings;

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
  ) IS
    l_now     CONSTANT DATE := SYSDATE;
    l_ledger  NUMBER;
    l_size    PLS_INTEGER;
    l_keys    xxgusset_key_tab := given(p_keys);
    l_by_key  VARCHAR2(1) := 'N';
    l_ids     xxgusset_id_tab;
    l_periods xxgusset_key_tab;
  BEGIN
    x_rows := xxgusset_balance_tab();
    enter(p_org_id);
    x_as_of := iso(l_now);
    x_org_id := p_org_id;
    x_more := 'N';
    l_size := page_size(p_page_size);
    l_ledger := ledger_of(p_org_id);
    IF l_keys.COUNT > 0 THEN
      l_by_key := 'Y';
      -- A key is account, currency and period; what does not look like one names nothing.
      SELECT DISTINCT TO_NUMBER(REGEXP_SUBSTR(t.COLUMN_VALUE, '^[0-9]+'))
        BULK COLLECT INTO l_ids
        FROM TABLE(l_keys) t
       WHERE REGEXP_LIKE(t.COLUMN_VALUE, '^[0-9]{1,15}:[^:]+:.+$');
      SELECT DISTINCT SUBSTR(t.COLUMN_VALUE, INSTR(t.COLUMN_VALUE, ':', 1, 2) + 1)
        BULK COLLECT INTO l_periods
        FROM TABLE(l_keys) t
       WHERE REGEXP_LIKE(t.COLUMN_VALUE, '^[0-9]{1,15}:[^:]+:.+$');
    ELSE
      SELECT s.period_name
        BULK COLLECT INTO l_periods
        FROM gl_period_statuses s
       WHERE s.application_id = 101
         AND s.ledger_id = l_ledger
         AND (s.period_name = p_period_name
              OR (p_period_name IS NULL
                  AND NVL(s.adjustment_period_flag, 'N') = 'N'
                  AND TRUNC(l_now) BETWEEN s.start_date AND s.end_date));
      IF by_ids(p_ids) THEN
        l_ids := p_ids;
      ELSE
        SELECT DISTINCT k.code_combination_id
          BULK COLLECT INTO l_ids
          FROM xxgusset_posting_lines k, xxgusset_postings g
         WHERE g.posting_key = k.posting_key
           AND g.ledger_id = l_ledger;
      END IF;
    END IF;
    FOR b IN (
      SELECT k.balance_key, l_ledger ledger_id, k.code_combination_id, f.concatenated_segments, k.currency_code, k.period_name,
             k.begin_balance_dr, k.begin_balance_cr, k.period_net_dr, k.period_net_cr, k.unposted_dr, k.unposted_cr
        FROM (SELECT TO_CHAR(a.code_combination_id) || ':' || a.currency_code || ':' || a.period_name balance_key,
                     a.code_combination_id, a.currency_code, a.period_name, SUM(a.begin_dr) begin_balance_dr,
                     SUM(a.begin_cr) begin_balance_cr, SUM(a.net_dr) period_net_dr, SUM(a.net_cr) period_net_cr,
                     SUM(a.open_dr) unposted_dr, SUM(a.open_cr) unposted_cr
                FROM (-- As entered: rows of another currency (R), and of the ledger's own, which holds the others too ...
                      SELECT b.code_combination_id, b.currency_code, b.period_name, NVL(b.begin_balance_dr, 0) begin_dr,
                             NVL(b.begin_balance_cr, 0) begin_cr, NVL(b.period_net_dr, 0) net_dr,
                             NVL(b.period_net_cr, 0) net_cr, 0 open_dr, 0 open_cr
                        FROM gl_balances b
                       WHERE b.ledger_id = l_ledger
                         AND b.actual_flag = 'A'
                         AND b.template_id IS NULL
                         AND b.currency_code <> 'STAT'
                         AND (b.translated_flag IS NULL OR b.translated_flag = 'R')
                         AND b.period_name IN (SELECT t.COLUMN_VALUE FROM TABLE(l_periods) t)
                         AND b.code_combination_id IN (SELECT t.COLUMN_VALUE FROM TABLE(l_ids) t)
                      UNION ALL
                      -- ... and so is lessened by their equivalents;
                      SELECT b.code_combination_id, l.currency_code, b.period_name, -NVL(b.begin_balance_dr_beq, 0),
                             -NVL(b.begin_balance_cr_beq, 0), -NVL(b.period_net_dr_beq, 0), -NVL(b.period_net_cr_beq, 0), 0, 0
                        FROM gl_balances b, gl_ledgers l
                       WHERE b.ledger_id = l_ledger
                         AND l.ledger_id = b.ledger_id
                         AND b.actual_flag = 'A'
                         AND b.template_id IS NULL
                         AND b.currency_code <> 'STAT'
                         AND b.translated_flag = 'R'
                         AND b.period_name IN (SELECT t.COLUMN_VALUE FROM TABLE(l_periods) t)
                         AND b.code_combination_id IN (SELECT t.COLUMN_VALUE FROM TABLE(l_ids) t)
                      UNION ALL
                      -- journals that are not posted are in neither.
                      SELECT j.code_combination_id, h.currency_code, s.period_name, 0, 0, 0, 0, NVL(j.entered_dr, 0),
                             NVL(j.entered_cr, 0)
                        FROM gl_je_lines j, gl_je_headers h, gl_period_statuses s
                       WHERE h.je_header_id = j.je_header_id
                         AND h.ledger_id = l_ledger
                         AND h.actual_flag = 'A'
                         AND h.status <> 'P'
                         AND s.application_id = 101
                         AND s.ledger_id = l_ledger
                         AND s.period_name IN (SELECT t.COLUMN_VALUE FROM TABLE(l_periods) t)
                         AND h.default_effective_date <= s.end_date
                         AND j.code_combination_id IN (SELECT t.COLUMN_VALUE FROM TABLE(l_ids) t)) a
               GROUP BY a.code_combination_id, a.currency_code, a.period_name) k,
             gl_code_combinations_kfv f
       WHERE f.code_combination_id = k.code_combination_id
         AND ((l_by_key = 'Y' AND k.balance_key IN (SELECT t.COLUMN_VALUE FROM TABLE(l_keys) t))
              OR (l_by_key = 'N'
                  AND (p_last_key IS NULL
                       OR NLSSORT(k.balance_key, 'NLS_SORT=BINARY') > NLSSORT(p_last_key, 'NLS_SORT=BINARY'))))
       ORDER BY NLSSORT(k.balance_key, 'NLS_SORT=BINARY')
    ) LOOP
      IF l_by_key = 'N' AND x_rows.COUNT = l_size THEN
        x_more := 'Y';
        EXIT;
      END IF;
      x_rows.EXTEND;
      x_rows(x_rows.COUNT) := xxgusset_balance_rec(
        balance_key           => b.balance_key,
        ledger_id             => b.ledger_id,
        code_combination_id   => b.code_combination_id,
        concatenated_segments => b.concatenated_segments,
        currency_code         => b.currency_code,
        period_name           => b.period_name,
        begin_balance_dr      => text_of(b.begin_balance_dr),
        begin_balance_cr      => text_of(b.begin_balance_cr),
        period_net_dr         => text_of(b.period_net_dr),
        period_net_cr         => text_of(b.period_net_cr),
        unposted_dr           => text_of(b.unposted_dr),
        unposted_cr           => text_of(b.unposted_cr)
      );
    END LOOP;
    x_return_status := c_success;
  EXCEPTION
    WHEN OTHERS THEN
      report(x_return_status, x_msg_data);
  END get_account_balances;

  -- Takes a journal into the package's memory. Its primary key decides, in the caller's transaction, whether it is sent: another
  -- session that sends the same key waits here until this one has ended.
  FUNCTION remember (
    p_journal IN xxgusset_journal_rec,
    p_ledger  IN NUMBER,
    p_source  IN VARCHAR2,
    p_group   IN NUMBER
  ) RETURN VARCHAR2 IS
    l_day       DATE := TO_DATE(p_journal.accounting_date, c_iso);
    l_period    VARCHAR2(15);
    l_hash      VARCHAR2(64);
    l_withdrawn DATE;
    l_count     NUMBER;
  BEGIN
    SELECT MAX(s.period_name)
      INTO l_period
      FROM gl_period_statuses s
     WHERE s.application_id = 101
       AND s.ledger_id = p_ledger
       AND NVL(s.adjustment_period_flag, 'N') = 'N'
       AND l_day BETWEEN s.start_date AND s.end_date;
    BEGIN
      INSERT INTO xxgusset_postings (
        posting_key, body_hash, ledger_id, user_je_source_name, accounting_date, period_name, currency_code, group_id,
        creation_date, created_by, last_update_date, last_updated_by, last_update_login
      ) VALUES (
        p_journal.posting_key, p_journal.body_hash, p_ledger, p_source, l_day, l_period, p_journal.currency_code, p_group,
        SYSDATE, fnd_global.user_id, SYSDATE, fnd_global.user_id, fnd_global.login_id
      );
      RETURN 'SENT';
    EXCEPTION
      WHEN DUP_VAL_ON_INDEX THEN
        NULL;
    END;
    SELECT g.body_hash, g.withdrawn_date, g.withdrawals
      INTO l_hash, l_withdrawn, l_count
      FROM xxgusset_postings g
     WHERE g.posting_key = p_journal.posting_key
       FOR UPDATE;
    IF l_withdrawn IS NULL THEN
      IF l_hash = p_journal.body_hash THEN
        RETURN 'PRESENT';
      END IF;
      RETURN 'CONFLICT';
    END IF;
    -- A call that was sent before the withdrawal, and comes late, does not know of it.
    IF NVL(p_journal.withdrawals, 0) <> l_count THEN
      RETURN 'WITHDRAWN';
    END IF;
    DELETE FROM xxgusset_posting_lines l
     WHERE l.posting_key = p_journal.posting_key;
    UPDATE xxgusset_postings g
       SET g.body_hash = p_journal.body_hash,
           g.ledger_id = p_ledger,
           g.user_je_source_name = p_source,
           g.accounting_date = l_day,
           g.period_name = l_period,
           g.currency_code = p_journal.currency_code,
           g.group_id = p_group,
           g.request_id = NULL,
           g.withdrawn_date = NULL,
           g.last_update_date = SYSDATE,
           g.last_updated_by = fnd_global.user_id,
           g.last_update_login = fnd_global.login_id
     WHERE g.posting_key = p_journal.posting_key;
    RETURN 'SENT';
  END remember;

  -- Puts a journal's lines into the package's memory and into the interface.
  PROCEDURE insert_lines (
    p_journal IN xxgusset_journal_rec,
    p_lines   IN xxgusset_journal_line_tab,
    p_ledger  IN NUMBER,
    p_source  IN VARCHAR2,
    p_group   IN NUMBER
  ) IS
  BEGIN
    INSERT INTO xxgusset_posting_lines (
      posting_key, line_num, code_combination_id, entered_dr, entered_cr, reference10, reference23, reference24
    )
    SELECT l.posting_key, l.line_num, l.code_combination_id, TO_NUMBER(l.entered_dr, c_amount, c_point),
           TO_NUMBER(l.entered_cr, c_amount, c_point), l.reference10, l.reference23, l.reference24
      FROM TABLE(p_lines) l
     WHERE l.posting_key = p_journal.posting_key;
    IF SQL%ROWCOUNT = 0 THEN
      refuse('Journal ' || p_journal.posting_key || ' has no lines');
    END IF;
    INSERT INTO gl_interface (
      status, ledger_id, accounting_date, currency_code, date_created, created_by, actual_flag, user_je_category_name,
      user_je_source_name, user_currency_conversion_type, currency_conversion_date, currency_conversion_rate, group_id,
      code_combination_id, entered_dr, entered_cr, reference1, reference4, reference5, reference6, reference10, reference21,
      reference22, reference23, reference24, reference25
    )
    SELECT 'NEW', p_ledger, TO_DATE(p_journal.accounting_date, c_iso), p_journal.currency_code, SYSDATE, fnd_global.user_id,
           'A', p_journal.user_je_category_name, p_source, p_journal.user_currency_conversion_type,
           TO_DATE(p_journal.currency_conversion_date, c_iso),
           TO_NUMBER(p_journal.currency_conversion_rate, c_amount, c_point), p_group, l.code_combination_id,
           TO_NUMBER(l.entered_dr, c_amount, c_point), TO_NUMBER(l.entered_cr, c_amount, c_point), p_journal.reference1,
           p_journal.reference4, p_journal.reference5, p_journal.posting_key, l.reference10, p_journal.posting_key,
           TO_CHAR(l.line_num), l.reference23, l.reference24, l.reference25
      FROM TABLE(p_lines) l
     WHERE l.posting_key = p_journal.posting_key;
  END insert_lines;

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
  ) IS
    l_source  VARCHAR2(25);
    l_access  VARCHAR2(30);
    l_group   NUMBER;
    l_request NUMBER;
    l_result  VARCHAR2(10);
    l_sent    PLS_INTEGER := 0;
  BEGIN
    SAVEPOINT xxgusset_submit;
    x_rows := xxgusset_submitted_tab();
    enter(p_org_id);
    x_org_id := p_org_id;
    IF p_ledger_id IS NULL OR p_ledger_id <> ledger_of(p_org_id) THEN
      refuse('Ledger ' || TO_CHAR(p_ledger_id) || ' is not the one of operating unit ' || TO_CHAR(p_org_id));
    END IF;
    SELECT MAX(j.je_source_name)
      INTO l_source
      FROM gl_je_sources_vl j
     WHERE j.user_je_source_name = p_source;
    IF l_source IS NULL THEN
      refuse('There is no journal source ' || p_source);
    END IF;
    l_access := fnd_profile.value('GL_ACCESS_SET_ID');
    IF l_access IS NULL THEN
      refuse('The responsibility has no data access set (profile GL: Data Access Set)');
    END IF;
    IF p_journals IS NULL OR p_journals.COUNT = 0 OR p_lines IS NULL THEN
      refuse('P_JOURNALS or P_LINES is missing');
    END IF;
    SELECT gl_interface_control_s.NEXTVAL
      INTO l_group
      FROM dual;
    FOR i IN 1 .. p_journals.COUNT LOOP
      IF p_journals(i).posting_key IS NULL OR p_journals(i).body_hash IS NULL OR p_journals(i).accounting_date IS NULL THEN
        refuse('A journal lacks key, hash or date');
      END IF;
      l_result := remember(p_journals(i), p_ledger_id, p_source, l_group);
      IF l_result = 'SENT' THEN
        insert_lines(p_journals(i), p_lines, p_ledger_id, p_source, l_group);
        l_sent := l_sent + 1;
      END IF;
      x_rows.EXTEND;
      x_rows(x_rows.COUNT) := xxgusset_submitted_rec(
        posting_key => p_journals(i).posting_key,
        result      => l_result,
        group_id    => NULL,
        request_id  => NULL
      );
    END LOOP;
    IF l_sent > 0 THEN
      -- Arguments: data access set, source by its own name, ledger, group, no suspense, no summary, no descriptive flexfields.
      l_request := fnd_request.submit_request(
        application => 'SQLGL',
        program     => 'GLLEZLSRS',
        description => 'Gusset ' || TO_CHAR(l_group),
        start_time  => NULL,
        sub_request => FALSE,
        argument1   => l_access,
        argument2   => l_source,
        argument3   => TO_CHAR(p_ledger_id),
        argument4   => TO_CHAR(l_group),
        argument5   => 'N',
        argument6   => 'N',
        argument7   => 'N'
      );
      IF NVL(l_request, 0) = 0 THEN
        refuse('Journal Import could not be submitted: ' || fnd_message.get);
      END IF;
      UPDATE xxgusset_postings g
         SET g.request_id = l_request
       WHERE g.group_id = l_group;
      x_group_id := l_group;
      x_request_id := l_request;
    END IF;
    FOR i IN 1 .. x_rows.COUNT LOOP
      SELECT g.group_id, g.request_id
        INTO l_group, l_request
        FROM xxgusset_postings g
       WHERE g.posting_key = x_rows(i).posting_key;
      x_rows(i).group_id := l_group;
      x_rows(i).request_id := l_request;
    END LOOP;
    x_return_status := c_success;
    -- Memory, interface lines and request become visible at once, or not at all.
    COMMIT;
  EXCEPTION
    WHEN OTHERS THEN
      ROLLBACK TO SAVEPOINT xxgusset_submit;
      x_rows := xxgusset_submitted_tab();
      x_group_id := NULL;
      x_request_id := NULL;
      report(x_return_status, x_msg_data);
  END submit_journals;

  -- Takes one journal back where there is none yet. Its row is locked, so that it cannot be sent at the same time.
  FUNCTION take_back (p_key IN VARCHAR2, p_ledger IN NUMBER) RETURN VARCHAR2 IS
    l_group     NUMBER;
    l_request   NUMBER;
    l_withdrawn DATE;
    l_journal   c_journal%ROWTYPE;
    l_running   PLS_INTEGER;
  BEGIN
    BEGIN
      SELECT g.group_id, g.request_id, g.withdrawn_date
        INTO l_group, l_request, l_withdrawn
        FROM xxgusset_postings g
       WHERE g.posting_key = p_key
         AND g.ledger_id = p_ledger
         FOR UPDATE;
    EXCEPTION
      WHEN NO_DATA_FOUND THEN
        RETURN 'ABSENT';
    END;
    IF l_withdrawn IS NOT NULL THEN
      RETURN 'WITHDRAWN';
    END IF;
    l_journal := journal_of(p_key, p_ledger);
    IF l_journal.je_header_id IS NOT NULL THEN
      RETURN 'IMPORTED';
    END IF;
    SELECT COUNT(*)
      INTO l_running
      FROM fnd_concurrent_requests q
     WHERE q.request_id = l_request
       AND q.phase_code <> 'C';
    IF l_running > 0 THEN
      RETURN 'RUNNING';
    END IF;
    DELETE FROM gl_interface i
     WHERE i.group_id = l_group
       AND i.reference6 = p_key;
    -- Neither there nor a journal: somebody deleted it, before its import or after. That is theirs to decide.
    IF SQL%ROWCOUNT = 0 THEN
      RETURN 'IMPORTED';
    END IF;
    UPDATE xxgusset_postings g
       SET g.withdrawn_date = SYSDATE,
           g.withdrawals = g.withdrawals + 1,
           g.last_update_date = SYSDATE,
           g.last_updated_by = fnd_global.user_id,
           g.last_update_login = fnd_global.login_id
     WHERE g.posting_key = p_key;
    RETURN 'WITHDRAWN';
  END take_back;

  PROCEDURE withdraw_journal (
    p_org_id        IN  NUMBER DEFAULT NULL,
    p_keys          IN  xxgusset_key_tab DEFAULT NULL,
    x_org_id        OUT NUMBER,
    x_rows          OUT xxgusset_withdrawn_tab,
    x_return_status OUT VARCHAR2,
    x_msg_data      OUT VARCHAR2
  ) IS
    l_ledger NUMBER;
    l_keys   xxgusset_key_tab := given(p_keys);
  BEGIN
    SAVEPOINT xxgusset_withdraw;
    x_rows := xxgusset_withdrawn_tab();
    enter(p_org_id);
    x_org_id := p_org_id;
    l_ledger := ledger_of(p_org_id);
    FOR i IN 1 .. l_keys.COUNT LOOP
      x_rows.EXTEND;
      x_rows(x_rows.COUNT) := xxgusset_withdrawn_rec(
        posting_key => l_keys(i),
        result      => take_back(l_keys(i), l_ledger)
      );
    END LOOP;
    x_return_status := c_success;
    COMMIT;
  EXCEPTION
    WHEN OTHERS THEN
      ROLLBACK TO SAVEPOINT xxgusset_withdraw;
      x_rows := xxgusset_withdrawn_tab();
      report(x_return_status, x_msg_data);
  END withdraw_journal;

  PROCEDURE get_request_status (
    p_org_id        IN  NUMBER DEFAULT NULL,
    p_request_id    IN  NUMBER DEFAULT NULL,
    x_org_id        OUT NUMBER,
    x_phase         OUT VARCHAR2,
    x_status        OUT VARCHAR2,
    x_message       OUT VARCHAR2,
    x_return_status OUT VARCHAR2,
    x_msg_data      OUT VARCHAR2
  ) IS
  BEGIN
    enter(p_org_id);
    x_org_id := p_org_id;
    -- Asked about none, it only says that it may be asked.
    IF p_request_id IS NOT NULL THEN
      SELECT DECODE(q.phase_code, 'P', 'PENDING', 'R', 'RUNNING', 'C', 'COMPLETE', 'INACTIVE'),
             DECODE(q.status_code, 'C', 'NORMAL', 'I', 'NORMAL', 'R', 'NORMAL', 'G', 'WARNING', 'E', 'ERROR', 'D', 'CANCELLED',
                    'X', 'TERMINATED', 'M', 'NO_MANAGER', 'H', 'ON_HOLD', q.status_code),
             q.completion_text
        INTO x_phase, x_status, x_message
        FROM fnd_concurrent_requests q
       WHERE q.request_id = p_request_id;
    END IF;
    x_return_status := c_success;
  EXCEPTION
    WHEN NO_DATA_FOUND THEN
      x_return_status := c_error;
      x_msg_data := 'There is no request ' || TO_CHAR(p_request_id);
    WHEN OTHERS THEN
      report(x_return_status, x_msg_data);
  END get_request_status;

END xxgusset_pkg;
/
