CREATE OR REPLACE PACKAGE BODY xxgusset_pkg AS
/* $Header: xxgusset_pkg.pkb 1.1.0 2026/11/25 00:00:00 GUSSET ship $ */

  c_success    CONSTANT VARCHAR2(1) := 'S';
  c_error      CONSTANT VARCHAR2(1) := 'E';
  c_unexpected CONSTANT VARCHAR2(1) := 'U';

  c_iso          CONSTANT VARCHAR2(30) := 'YYYY-MM-DD"T"HH24:MI:SS';
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
  BEGIN
    x_rows := xxgusset_account_tab();
    x_projects := xxgusset_account_project_tab();
    g_descriptions.DELETE;
    enter(p_org_id);
    x_as_of := iso(l_now);
    x_org_id := p_org_id;
    l_since := moment(p_updated_since);
    l_size := page_size(p_page_size);
    IF by_ids(p_ids) THEN
      SELECT g.code_combination_id
        BULK COLLECT INTO l_ids
        FROM gl_code_combinations g
       WHERE g.code_combination_id IN (SELECT t.COLUMN_VALUE FROM TABLE(p_ids) t)
         AND EXISTS (SELECT 1
                       FROM po_distributions_all d, pa_projects_all p
                      WHERE d.code_combination_id = g.code_combination_id
                        AND p.project_id = d.project_id
                        AND p.org_id = p_org_id)
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
             g.end_date_active, g.description, g.last_update_date, k.concatenated_segments
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

END xxgusset_pkg;
/
