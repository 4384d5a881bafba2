-- PostgreSQL's roles for madoguchi. As the superuser, once before and once after `madoguchi migrate`:
--     runuser -u postgres -- psql -v ON_ERROR_STOP=1 -f roles.sql
-- Three roles, named like the system users that come in by peer authentication:
--     madoguchi-owner   owns the tables and changes them; used by `madoguchi migrate`, by no window
--     madoguchi-desk    desk, worker and the command line
--     madoguchi-portal  the public window: its errands on the cases, nothing of the staff's
-- Nobody but the owner changes or removes a line of the audit.
--
-- `madoguchi roles` prints this file, from one table in madoguchi/ops/roles/portal.py: change that.

SELECT format('CREATE ROLE %I LOGIN', name)
FROM unnest(ARRAY['madoguchi-owner', 'madoguchi-desk', 'madoguchi-portal']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec

SELECT format('CREATE DATABASE %I OWNER "madoguchi-owner"', name)
FROM unnest(ARRAY['madoguchi_cases', 'madoguchi_staff']) AS name
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = name) \gexec

-- No table hides rows from anybody, so that none can lack in a backup; our programs ask with
-- `row_security = off`, by which a policy that somebody adds is an error and no empty answer.
-- The portal's connections are counted: two workers of 26 while one replaces the other, and 20 processes
-- with long bodies; what it spills to disk is, too. The desk
-- may end sessions of the portal that hold it up, and sees what they wait for; no other role's.
ALTER ROLE "madoguchi-desk" NOBYPASSRLS;
SELECT format('ALTER ROLE "madoguchi-portal" IN DATABASE %I RESET ALL', datname) -- what it set for itself
FROM pg_db_role_setting JOIN pg_database ON pg_database.oid = setdatabase
WHERE setrole = '"madoguchi-portal"'::regrole \gexec
ALTER ROLE "madoguchi-portal" RESET ALL;
SELECT format('REVOKE %s FROM "madoguchi-portal"', roleid::regrole) -- it is a member of nothing
FROM pg_auth_members WHERE member = '"madoguchi-portal"'::regrole \gexec
ALTER ROLE "madoguchi-portal" NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION NOBYPASSRLS PASSWORD NULL CONNECTION LIMIT 72;
ALTER ROLE "madoguchi-portal" SET temp_file_limit = '256MB';
GRANT "madoguchi-portal" TO "madoguchi-desk" WITH INHERIT TRUE, SET FALSE;

-- PostgreSQL's own empty databases are nobody's of ours; other roles of this server keep their way in.
REVOKE CONNECT, TEMPORARY ON DATABASE postgres, template1 FROM PUBLIC;
SELECT format('GRANT CONNECT, TEMPORARY ON DATABASE postgres, template1 TO %I', rolname)
FROM pg_roles WHERE rolname !~ '^(pg_|madoguchi-)' AND NOT rolsuper \gexec

-- A database that was renamed, as when a restore is begun again, keeps what it granted by name.
SELECT format('REVOKE CONNECT, TEMPORARY ON DATABASE %I FROM "madoguchi-desk", "madoguchi-portal"', datname)
FROM pg_database WHERE datname NOT IN ('madoguchi_cases', 'madoguchi_staff') \gexec

REVOKE ALL ON DATABASE madoguchi_cases, madoguchi_staff FROM PUBLIC;
GRANT CONNECT ON DATABASE madoguchi_cases TO "madoguchi-desk", "madoguchi-portal";
GRANT CONNECT ON DATABASE madoguchi_staff TO "madoguchi-desk";

-- Its log names what failed, never the statement nor a row: both hold what people wrote.
SELECT format('ALTER DATABASE %I SET %I = %L', base, setting, value)
FROM unnest(ARRAY['madoguchi_cases', 'madoguchi_staff']) AS base,
    (VALUES ('log_statement', 'none'), ('log_min_error_statement', 'panic'),
        ('log_min_duration_statement', '-1'), ('log_min_duration_sample', '-1'),
        ('log_transaction_sample_rate', '0'), ('log_error_verbosity', 'terse'))
    AS quiet (setting, value) \gexec

\connect madoguchi_staff
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO "madoguchi-desk";
GRANT CREATE, USAGE ON SCHEMA public TO "madoguchi-owner";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "madoguchi-desk";

\connect madoguchi_cases
-- What no table of ours counts: large objects, messages in the log of changes, locks of one's own
-- naming. `act_lock` takes those as the owner, and counts the portal's.
SELECT format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', oid::regprocedure)
FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace
AND proname ~ '^(lo_(create|creat|from_bytea|import|put|open)|lowrite|pg_logical_emit_message|pg_(try_)?advisory_.*)$' \gexec
GRANT EXECUTE ON FUNCTION pg_advisory_xact_lock(bigint) TO "madoguchi-owner";
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO "madoguchi-desk", "madoguchi-portal";
GRANT CREATE, USAGE ON SCHEMA public TO "madoguchi-owner";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "madoguchi-desk";

SELECT to_regclass('audit_line') IS NOT NULL AS migrated \gset
\if :migrated
REVOKE UPDATE, DELETE ON audit_line FROM "madoguchi-desk";
GRANT MAINTAIN ON subsidy_mark, vault_drawerkey, vault_receipt TO "madoguchi-desk"; -- `VACUUM` after forgetting

BEGIN; -- at no moment, and by no grant that fails, is the portal left without its rights
-- What an older file gave or laid down.
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM "madoguchi-portal", PUBLIC;
SELECT format('DROP POLICY %I ON %I', policyname, tablename)
FROM pg_policies WHERE policyname LIKE 'portal\_%' \gexec
SELECT format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', oid::regclass)
FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace \gexec
SELECT format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass)
FROM pg_trigger WHERE tgname LIKE 'portal\_%' AND NOT tgisinternal \gexec
SELECT format('DROP FUNCTION %s', oid::regprocedure) FROM pg_proc
WHERE proname LIKE 'portal\_%' AND pronamespace = 'public'::regnamespace \gexec

-- The portal, table by table. Under each its columns: what a value follows from, who compares, what
-- the desk sees of one that is not so. What PostgreSQL refuses stands in the triggers; they ask who
-- writes, so the desk pays for none. `tests/proof/test_cells.py` tries each, with and without it.

-- django_migrations: Whether the tables are the newest.
GRANT SELECT ON django_migrations TO "madoguchi-portal";

-- office_office: Which office a host belongs to.
GRANT SELECT ON office_office TO "madoguchi-portal";

-- notices_notice: What the desk published.
GRANT SELECT ON notices_notice TO "madoguchi-portal";

-- reports_published: Of the counts: what was published.
GRANT SELECT (id, office_id, fiscal_year, month, tables, at) ON reports_published TO
    "madoguchi-portal";

-- subsidy_budget: Of the year's budget: its totals.
GRANT SELECT (id, office_id, fiscal_year, budget_yen, reserved_yen, spent_yen, warn_below_yen,
    terms) ON subsidy_budget TO "madoguchi-portal";

-- notices_pagecount: How often a page was looked at.
--   office_id: from the host that was called. Compared by this bound: an office that is there; each
--   reader asks for the rows of its office. The desk sees nothing in another office: a row of the
--   wrong one is in no list.
--   path: from the page. Compared by this bound: a page's name. The desk sees a row too many in a
--   count.
--   total: from visits of a minute. Compared by this bound: it only grows. The desk sees a count
--   that is too high.
GRANT SELECT, INSERT (office_id, path, total), UPDATE (total) ON notices_pagecount TO
    "madoguchi-portal";
CREATE OR REPLACE FUNCTION portal_inserts_notices_pagecount() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (EXISTS (SELECT FROM office_office WHERE id = NEW.office_id)) IS NOT TRUE THEN
            'office_id'
        WHEN (NEW.path ~ '^[a-z_/]{1,40}$') IS NOT TRUE THEN 'path'
        WHEN (NEW.total = 0) IS NOT TRUE THEN 'total'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: notices_pagecount.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_inserts_notices_pagecount() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_inserts BEFORE INSERT ON notices_pagecount FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_inserts_notices_pagecount();
CREATE OR REPLACE FUNCTION portal_updates_notices_pagecount() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (NEW.total BETWEEN OLD.total AND OLD.total + 100000) IS NOT TRUE THEN 'total'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: notices_pagecount.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_updates_notices_pagecount() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_updates BEFORE UPDATE ON notices_pagecount FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_updates_notices_pagecount();

-- cases_case: Of a case it reads state and next day; not who works on it or who may not see it, its
-- level, its name in lists, when it was opened. A person's word makes it the desk's turn: a case
-- opens, its day comes nearer. It never closes one, nor puts its day off, so that no case vanishes
-- from the lists.
--   id: from chance, with the row. Compared by the table: no id comes twice. The desk sees nothing:
--   it is a row of its own, whatever its id.
--   office_id: from the host that was called. Compared by this bound: an office that is there; each
--   reader asks for the rows of its office. The desk sees nothing in another office: a row of the
--   wrong one is in no list.
--   short_name: from the last digits of the receipt's number. Compared by this bound: those of the
--   receipt. The desk sees digits that fit the receipt.
--   state: from who wrote last: rules/steps/case. Compared by this bound. The desk sees a case that
--   waits for the desk once too often.
--   channel, level: from how every row begins. Compared by this bound. The desk sees nothing: there
--   is no other value.
--   urgent: from what the person said of danger. Compared by whoever opens the case. The desk sees a
--   new request too early, or in its turn.
--   contact_asked: from the newest sealed wish. Compared by every list, with the desk's own column;
--   whoever opens the case, and `verify`. The desk sees 連絡しない・開いて確かめる in lists, until somebody has
--   opened the wish.
--   contact_rule: from the newest sealed wish, once the desk has opened it. Compared by this bound:
--   no contact, until then. The desk sees 連絡しない・開いて確かめる in lists, until the wish is opened.
--   assignee_id, closed_at, closing: from what the desk does later. Compared by this bound. The desk
--   sees nothing: it is empty, or as the desk left it.
--   opened_at, touched_at: from the clock. Compared by this bound: the database's, an hour either
--   way. The desk sees a time that is off by minutes.
--   next_on: from the next day on which the desk answers, or a day of the clinic. Compared by this
--   bound: only earlier. The desk sees a case that is looked at too early.
--   revision: from one more with each act. Compared by this bound. The desk sees that the page it
--   acts from is older.
GRANT SELECT (id, office_id, state, next_on, revision), INSERT (id, office_id, short_name, state,
    channel, level, urgent, contact_asked, contact_rule, assignee_id, opened_at, touched_at,
    next_on, closed_at, closing, revision), UPDATE (state, contact_asked, touched_at, next_on,
    closed_at, closing, revision) ON cases_case TO "madoguchi-portal";
CREATE OR REPLACE FUNCTION portal_inserts_cases_case() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (EXISTS (SELECT FROM office_office WHERE id = NEW.office_id)) IS NOT TRUE THEN
            'office_id'
        WHEN (EXISTS (SELECT FROM vault_receipt WHERE case_id = NEW.id AND right(number, 5) =
            NEW.short_name)) IS NOT TRUE THEN 'short_name'
        WHEN (NEW.state = 'received') IS NOT TRUE THEN 'state'
        WHEN (NEW.channel = 'web') IS NOT TRUE THEN 'channel'
        WHEN (NEW.level = 'normal') IS NOT TRUE THEN 'level'
        WHEN (NEW.contact_asked IN ('phone', 'no_voicemail', 'mail_only', 'wait')) IS NOT TRUE THEN
            'contact_asked'
        WHEN (NEW.contact_rule IN ('wait')) IS NOT TRUE THEN 'contact_rule'
        WHEN (NEW.assignee_id IS NULL) IS NOT TRUE THEN 'assignee_id'
        WHEN (NEW.opened_at BETWEEN now() - INTERVAL '1 hour' AND now() + INTERVAL '1 hour') IS NOT
            TRUE THEN 'opened_at'
        WHEN (NEW.touched_at BETWEEN now() - INTERVAL '1 hour' AND now() + INTERVAL '1 hour') IS NOT
            TRUE THEN 'touched_at'
        WHEN (NEW.next_on BETWEEN current_date - 1 AND current_date + 60) IS NOT TRUE THEN 'next_on'
        WHEN (NEW.closing = '') IS NOT TRUE THEN 'closing'
        WHEN (NEW.revision = 0) IS NOT TRUE THEN 'revision'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: cases_case.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_inserts_cases_case() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_inserts BEFORE INSERT ON cases_case FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_inserts_cases_case();
CREATE OR REPLACE FUNCTION portal_updates_cases_case_closed_at() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (NEW.closed_at IS NULL) IS NOT TRUE THEN 'closed_at'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: cases_case.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_updates_cases_case_closed_at() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_updates_closed_at BEFORE UPDATE OF closed_at ON cases_case FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_updates_cases_case_closed_at();
CREATE OR REPLACE FUNCTION portal_updates_cases_case_closing() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (NEW.closing = '') IS NOT TRUE THEN 'closing'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: cases_case.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_updates_cases_case_closing() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_updates_closing BEFORE UPDATE OF closing ON cases_case FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_updates_cases_case_closing();
CREATE OR REPLACE FUNCTION portal_updates_cases_case() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (NEW.state = OLD.state OR (NEW.state = 'active' AND OLD.state IN ('waiting',
            'closed'))) IS NOT TRUE THEN 'state'
        WHEN (NEW.contact_asked IN ('phone', 'no_voicemail', 'mail_only', 'wait')) IS NOT TRUE THEN
            'contact_asked'
        WHEN (NEW.touched_at BETWEEN now() - INTERVAL '1 hour' AND now() + INTERVAL '1 hour') IS NOT
            TRUE THEN 'touched_at'
        WHEN (NEW.next_on IS NOT DISTINCT FROM OLD.next_on OR NEW.next_on BETWEEN DATE '2020-01-01'
            AND coalesce(OLD.next_on, current_date + 400)) IS NOT TRUE THEN 'next_on'
        WHEN (NEW.revision BETWEEN OLD.revision AND OLD.revision + 1) IS NOT TRUE THEN 'revision'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: cases_case.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_updates_cases_case() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_updates BEFORE UPDATE ON cases_case FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_updates_cases_case();

-- cases_consultee: What the person says of themselves, when the case is opened; a change is the
-- desk's.
--   id: from chance, with the row. Compared by the table: no id comes twice. The desk sees nothing:
--   it is a row of its own, whatever its id.
--   office_id, case_id: from the receipt that was shown, or the case that is being opened. Compared
--   by this bound: a case of the office; what is sealed opens for its own case alone. The desk sees
--   an entry that does not open, in the case's record.
--   number: from the rows that are there. Compared by this bound, and the table: no number comes
--   twice. The desk sees a row in order.
--   about: from what the person wrote, under a key that the row does not hold. Compared by every
--   opening and `verify`, with the hash that the audit line has. The desk sees that this value is
--   damaged; the line says when it came.
--   at: from the clock. Compared by this bound: the database's, an hour either way. The desk sees a
--   time that is off by minutes.
GRANT SELECT, INSERT (id, office_id, case_id, number, about, at) ON cases_consultee TO
    "madoguchi-portal";
CREATE OR REPLACE FUNCTION portal_inserts_cases_consultee() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (EXISTS (SELECT FROM cases_case WHERE id = NEW.case_id AND office_id = NEW.office_id))
            IS NOT TRUE THEN 'case_id'
        WHEN (NEW.number = 1) IS NOT TRUE THEN 'number'
        WHEN (NEW.at BETWEEN now() - INTERVAL '1 hour' AND now() + INTERVAL '1 hour') IS NOT TRUE
            THEN 'at'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: cases_consultee.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_inserts_cases_consultee() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_inserts BEFORE INSERT ON cases_consultee FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_inserts_cases_consultee();

-- cases_wish: What the person says of how contact is safe; none in a colleague's name.
--   id: from chance, with the row. Compared by the table: no id comes twice. The desk sees nothing:
--   it is a row of its own, whatever its id.
--   office_id, case_id: from the receipt that was shown, or the case that is being opened. Compared
--   by this bound: a case of the office; what is sealed opens for its own case alone. The desk sees
--   an entry that does not open, in the case's record.
--   number: from the rows that are there. Compared by this bound, and the table: no number comes
--   twice. The desk sees a row in order.
--   wishes: from what the person wrote, under a key that the row does not hold. Compared by every
--   opening and `verify`, with the hash that the audit line has. The desk sees that this value is
--   damaged; the line says when it came.
--   by: from the act. Compared by this bound: what a person does. The desk sees an act of the
--   person's; where it was not theirs its words do not open.
--   at: from the clock. Compared by this bound: the database's, an hour either way. The desk sees a
--   time that is off by minutes.
--   adopted: from what the desk does later. Compared by this bound. The desk sees nothing: it is
--   empty, or as the desk left it.
GRANT SELECT, INSERT (id, office_id, case_id, number, wishes, "by", at, adopted) ON cases_wish TO
    "madoguchi-portal";
CREATE OR REPLACE FUNCTION portal_inserts_cases_wish() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (EXISTS (SELECT FROM cases_case WHERE id = NEW.case_id AND office_id = NEW.office_id))
            IS NOT TRUE THEN 'case_id'
        WHEN (NEW.number = 1 + (SELECT count(*) FROM cases_wish WHERE case_id = NEW.case_id)) IS NOT
            TRUE THEN 'number'
        WHEN (NEW."by" IN ('consultee')) IS NOT TRUE THEN 'by'
        WHEN (NEW.at BETWEEN now() - INTERVAL '1 hour' AND now() + INTERVAL '1 hour') IS NOT TRUE
            THEN 'at'
        WHEN (NEW.adopted = false) IS NOT TRUE THEN 'adopted'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: cases_wish.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_inserts_cases_wish() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_inserts BEFORE INSERT ON cases_wish FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_inserts_cases_wish();

-- cases_due: A day on which the desk looks at what the person did.
--   id: from chance, with the row. Compared by the table: no id comes twice. The desk sees nothing:
--   it is a row of its own, whatever its id.
--   office_id, case_id: from the receipt that was shown, or the case that is being opened. Compared
--   by this bound: a case of the office; what is sealed opens for its own case alone. The desk sees
--   an entry that does not open, in the case's record.
--   kind, how: from the act. Compared by this bound: what a person does. The desk sees an act of the
--   person's; where it was not theirs its words do not open.
--   on: from the next day on which the desk answers, or a day of the clinic. Compared by this bound;
--   the case's own day is `next_on`, which comes only nearer. The desk sees a day too many.
--   why: from how every row begins. Compared by this bound. The desk sees nothing: there is no other
--   value.
--   done_at: from what the desk does later. Compared by this bound. The desk sees nothing: it is
--   empty, or as the desk left it.
GRANT INSERT (id, office_id, case_id, kind, "on", how, why, done_at) ON cases_due TO
    "madoguchi-portal";
CREATE OR REPLACE FUNCTION portal_inserts_cases_due() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (EXISTS (SELECT FROM cases_case WHERE id = NEW.case_id AND office_id = NEW.office_id))
            IS NOT TRUE THEN 'case_id'
        WHEN (NEW.kind IN ('first_answer', 'answer', 'deletion', 'approved', 'declined', 'grant',
            'grant_sent', 'interview_new', 'interview_cancelled', 'clinic_asked', 'clinic_day',
            'clinic_cancelled')) IS NOT TRUE THEN 'kind'
        WHEN (NEW."on" BETWEEN current_date - 1 AND current_date + 400) IS NOT TRUE THEN 'on'
        WHEN (NEW.how IN ('next_opening', 'booked')) IS NOT TRUE THEN 'how'
        WHEN (NEW.why = '') IS NOT TRUE THEN 'why'
        WHEN (NEW.done_at IS NULL) IS NOT TRUE THEN 'done_at'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: cases_due.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_inserts_cases_due() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_inserts BEFORE INSERT ON cases_due FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_inserts_cases_due();

-- record_entry: What it writes into a case is the person's: no answer and no note in a colleague's
-- name. That the person saw an answer. It reads no name of who wrote one.
--   id: from chance, with the row. Compared by the table: no id comes twice. The desk sees nothing:
--   it is a row of its own, whatever its id.
--   office_id, case_id: from the receipt that was shown, or the case that is being opened. Compared
--   by this bound: a case of the office; what is sealed opens for its own case alone. The desk sees
--   an entry that does not open, in the case's record.
--   number: from the rows that are there. Compared by this bound, and the table: no number comes
--   twice. The desk sees a row in order.
--   kind, drawer: from the act. Compared by this bound: what a person does. The desk sees an act of
--   the person's; where it was not theirs its words do not open.
--   words: from what the person wrote, under a key that the row does not hold. Compared by every
--   opening and `verify`, with the hash that the audit line has. The desk sees that this value is
--   damaged; the line says when it came.
--   staff_id: from what the desk does later. Compared by this bound. The desk sees nothing: it is
--   empty, or as the desk left it.
--   at: from the clock. Compared by this bound: the database's, an hour either way. The desk sees a
--   time that is off by minutes.
--   seen_at: from the person opened the page. Compared by this bound: once, now, of what the desk
--   sent. The desk sees that an answer was seen; only the line of the reading says by whom.
GRANT SELECT (id, office_id, case_id, number, kind, drawer, words, at, seen_at), INSERT (id,
    office_id, case_id, number, kind, drawer, words, staff_id, at, seen_at), UPDATE (seen_at) ON
    record_entry TO "madoguchi-portal";
CREATE OR REPLACE FUNCTION portal_inserts_record_entry() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (EXISTS (SELECT FROM cases_case WHERE id = NEW.case_id AND office_id = NEW.office_id))
            IS NOT TRUE THEN 'case_id'
        WHEN (NEW.number = 1 + (SELECT count(*) FROM record_entry WHERE case_id = NEW.case_id)) IS
            NOT TRUE THEN 'number'
        WHEN (NEW.kind IN ('received', 'booking', 'deletion', 'referral', 'clinic', 'wish')) IS NOT
            TRUE THEN 'kind'
        WHEN (NEW.drawer IN ('shared')) IS NOT TRUE THEN 'drawer'
        WHEN (NEW.staff_id IS NULL) IS NOT TRUE THEN 'staff_id'
        WHEN (NEW.at BETWEEN now() - INTERVAL '1 hour' AND now() + INTERVAL '1 hour') IS NOT TRUE
            THEN 'at'
        WHEN (NEW.seen_at IS NULL) IS NOT TRUE THEN 'seen_at'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: record_entry.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_inserts_record_entry() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_inserts BEFORE INSERT ON record_entry FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_inserts_record_entry();
CREATE OR REPLACE FUNCTION portal_updates_record_entry() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (OLD.kind = 'sent' AND OLD.seen_at IS NULL AND NEW.seen_at BETWEEN now() - INTERVAL
            '1 hour' AND now() + INTERVAL '1 hour') IS NOT TRUE THEN 'seen_at'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: record_entry.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_updates_record_entry() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_updates BEFORE UPDATE ON record_entry FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_updates_record_entry();

-- evidence_item: A file that came with an entry, handed over in the same transaction.
--   id: from a file that the visit holds. Compared by this bound: a file that belongs to no case
--   yet. The desk sees a file whose name and key do not open, in its case.
--   office_id, case_id: from the receipt that was shown, or the case that is being opened. Compared
--   by this bound: a case of the office; what is sealed opens for its own case alone. The desk sees
--   an entry that does not open, in the case's record.
--   entry_id: from the entry it came with. Compared by this bound: an entry of the case. The desk
--   sees that entry.
--   drawer: from the act. Compared by this bound: what a person does. The desk sees an act of the
--   person's; where it was not theirs its words do not open.
--   about: from what the person wrote, under a key that the row does not hold. Compared by every
--   opening and `verify`, with the hash that the audit line has. The desk sees that this value is
--   damaged; the line says when it came.
--   at: from the clock. Compared by this bound: the database's, an hour either way. The desk sees a
--   time that is off by minutes.
--   locked: from what the desk does later. Compared by this bound. The desk sees nothing: it is
--   empty, or as the desk left it.
GRANT SELECT, INSERT (id, office_id, case_id, entry_id, drawer, about, at, locked) ON evidence_item
    TO "madoguchi-portal";
CREATE OR REPLACE FUNCTION portal_inserts_evidence_item() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (EXISTS (SELECT FROM vault_heldfile WHERE id = NEW.id AND case_id IS NULL AND
            left(lookup, 4) <> 'desk')) IS NOT TRUE THEN 'id'
        WHEN (EXISTS (SELECT FROM record_entry WHERE id = NEW.entry_id AND case_id = NEW.case_id AND
            office_id = NEW.office_id AND xmin = pg_current_xact_id()::xid)) IS NOT TRUE THEN
            'entry_id'
        WHEN (NEW.drawer IN ('shared')) IS NOT TRUE THEN 'drawer'
        WHEN (NEW.at BETWEEN now() - INTERVAL '1 hour' AND now() + INTERVAL '1 hour') IS NOT TRUE
            THEN 'at'
        WHEN (NEW.locked = false) IS NOT TRUE THEN 'locked'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: evidence_item.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_inserts_evidence_item() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_inserts BEFORE INSERT ON evidence_item FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_inserts_evidence_item();

-- interviews_interview: Of an interview: when, which place, of which case and whether it stands; not
-- who of the staff booked it or keeps the place. A person books one and cancels it.
--   id: from chance, with the row. Compared by the table: no id comes twice. The desk sees nothing:
--   it is a row of its own, whatever its id.
--   office_id, case_id: from the receipt that was shown, or the case that is being opened. Compared
--   by this bound: a case of the office; what is sealed opens for its own case alone. The desk sees
--   an entry that does not open, in the case's record.
--   on, starts, ends, place, state: from the person's act, of which an entry of the same transaction
--   tells. Compared by this bound, and at the transaction's end that there is such an entry. The
--   desk sees the entry in the case's record: made up without the person's receipt, it does not
--   open.
--   wanted: from what the person wrote, under a key that the row does not hold. Compared by every
--   opening and `verify`, with the hash that the audit line has. The desk sees that this value is
--   damaged; the line says when it came.
--   staff_id: from what the desk does later. Compared by this bound. The desk sees nothing: it is
--   empty, or as the desk left it.
--   at: from the clock. Compared by this bound: the database's, an hour either way. The desk sees a
--   time that is off by minutes.
--   revision: from one more with each act. Compared by this bound. The desk sees that the page it
--   acts from is older.
GRANT SELECT (id, office_id, case_id, "on", starts, ends, place, state, revision), INSERT (id,
    office_id, case_id, "on", starts, ends, place, state, wanted, staff_id, at, revision), UPDATE
    (state, revision) ON interviews_interview TO "madoguchi-portal";
CREATE OR REPLACE FUNCTION portal_inserts_interviews_interview() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (EXISTS (SELECT FROM cases_case WHERE id = NEW.case_id AND office_id = NEW.office_id))
            IS NOT TRUE THEN 'case_id'
        WHEN (NEW."on" BETWEEN current_date - 1 AND current_date + 400) IS NOT TRUE THEN 'on'
        WHEN (NEW.ends > NEW.starts) IS NOT TRUE THEN 'ends'
        WHEN (NEW.place BETWEEN 1 AND 99) IS NOT TRUE THEN 'place'
        WHEN (NEW.state = 'booked') IS NOT TRUE THEN 'state'
        WHEN (NEW.staff_id IS NULL) IS NOT TRUE THEN 'staff_id'
        WHEN (NEW.at BETWEEN now() - INTERVAL '1 hour' AND now() + INTERVAL '1 hour') IS NOT TRUE
            THEN 'at'
        WHEN (NEW.revision = 0) IS NOT TRUE THEN 'revision'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: interviews_interview.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_inserts_interviews_interview() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_inserts BEFORE INSERT ON interviews_interview FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_inserts_interviews_interview();
CREATE OR REPLACE FUNCTION portal_updates_interviews_interview() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (NEW.state = 'cancelled' AND OLD.state = 'booked') IS NOT TRUE THEN 'state'
        WHEN (NEW.revision BETWEEN OLD.revision AND OLD.revision + 1) IS NOT TRUE THEN 'revision'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: interviews_interview.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_updates_interviews_interview() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_updates BEFORE UPDATE ON interviews_interview FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_updates_interviews_interview();
CREATE OR REPLACE FUNCTION portal_keeps_0_interviews_interview() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (false OR EXISTS (SELECT FROM record_entry WHERE case_id = NEW.case_id AND kind =
            'booking' AND xmin = pg_current_xact_id()::xid)) IS NOT TRUE THEN
            '(without an entry that tells of it)'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NULL; END IF;
    RAISE EXCEPTION 'not for the portal to write: interviews_interview.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_keeps_0_interviews_interview() OWNER TO "madoguchi-owner";
CREATE CONSTRAINT TRIGGER portal_keeps_0 AFTER INSERT OR UPDATE ON interviews_interview
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_keeps_0_interviews_interview();

-- clinic_booking: Of a place of the clinic: which, of which case or visit, whether it stands and until
-- when; not who of the staff booked it or keeps it, nor what another person wants.
--   id: from chance, with the row. Compared by the table: no id comes twice. The desk sees nothing:
--   it is a row of its own, whatever its id.
--   office_id: from the host that was called. Compared by this bound: an office that is there; each
--   reader asks for the rows of its office. The desk sees nothing in another office: a row of the
--   wrong one is in no list.
--   case_id, day, number, seat, state, agreed_at, until_at: from the person's act, of which an entry
--   of the same transaction tells. Compared by this bound, and at the transaction's end that there
--   is such an entry. The desk sees the entry in the case's record: made up without the person's
--   receipt, it does not open.
--   channel: from how every row begins. Compared by this bound. The desk sees nothing: there is no
--   other value.
--   holder: from the cookie of the visit. Compared by whoever opens it, with the key that only the
--   cookie gives. The desk sees a draft that is gone: what a person has not sent yet is in this
--   role's hands.
--   wanted: from what the person wrote, under a key that the row does not hold. Compared by every
--   opening and `verify`, with the hash that the audit line has. The desk sees that this value is
--   damaged; the line says when it came.
--   staff_id, reminded_at, reminded_of, outcome_at, agreed_before_at, written_at: from what the desk
--   does later. Compared by this bound. The desk sees nothing: it is empty, or as the desk left it.
--   at: from the clock. Compared by this bound: the database's, an hour either way. The desk sees a
--   time that is off by minutes.
--   revision: from one more with each act. Compared by this bound. The desk sees that the page it
--   acts from is older.
GRANT SELECT (id, office_id, case_id, day, number, seat, state, agreed_at, until_at, holder, at,
    revision), INSERT (id, office_id, case_id, day, number, seat, state, channel, agreed_at,
    until_at, holder, wanted, staff_id, at, reminded_at, reminded_of, outcome_at, agreed_before_at,
    written_at, revision), UPDATE (case_id, day, number, seat, state, agreed_at, until_at, holder,
    wanted, at, agreed_before_at, revision) ON clinic_booking TO "madoguchi-portal";
CREATE OR REPLACE FUNCTION portal_inserts_clinic_booking() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (EXISTS (SELECT FROM office_office WHERE id = NEW.office_id)) IS NOT TRUE THEN
            'office_id'
        WHEN (CASE WHEN NEW.day ~ '^20[0-9]{2}-(0[1-9]|1[0-2])-[0-3][0-9](_[a-z0-9_-]+)?$' THEN
            to_char(to_date(left(NEW.day, 8) || '01', 'YYYY-MM-DD') + substr(NEW.day, 9, 2)::int -
            1, 'YYYY-MM-DD') = left(NEW.day, 10) END) IS NOT TRUE THEN 'day'
        WHEN (NEW.number BETWEEN 1 AND 99) IS NOT TRUE THEN 'number'
        WHEN (NEW.seat BETWEEN 1 AND 99) IS NOT TRUE THEN 'seat'
        WHEN (NEW.state = 'held') IS NOT TRUE THEN 'state'
        WHEN (NEW.channel = 'web') IS NOT TRUE THEN 'channel'
        WHEN (NEW.agreed_at BETWEEN now() - INTERVAL '1 day' AND now() + INTERVAL '400 days') IS NOT
            TRUE THEN 'agreed_at'
        WHEN (NEW.until_at < now() + INTERVAL '3 hours') IS NOT TRUE THEN 'until_at'
        WHEN (NEW.holder ~ '^[0-9a-f]{64}$') IS NOT TRUE THEN 'holder'
        WHEN (NEW.wanted = '') IS NOT TRUE THEN 'wanted'
        WHEN (NEW.staff_id IS NULL) IS NOT TRUE THEN 'staff_id'
        WHEN (NEW.at BETWEEN now() - INTERVAL '1 hour' AND now() + INTERVAL '1 hour') IS NOT TRUE
            THEN 'at'
        WHEN (NEW.reminded_at IS NULL) IS NOT TRUE THEN 'reminded_at'
        WHEN (NEW.reminded_of IS NULL) IS NOT TRUE THEN 'reminded_of'
        WHEN (NEW.outcome_at IS NULL) IS NOT TRUE THEN 'outcome_at'
        WHEN (NEW.agreed_before_at IS NULL) IS NOT TRUE THEN 'agreed_before_at'
        WHEN (NEW.written_at IS NULL) IS NOT TRUE THEN 'written_at'
        WHEN (NEW.revision = 0) IS NOT TRUE THEN 'revision'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: clinic_booking.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_inserts_clinic_booking() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_inserts BEFORE INSERT ON clinic_booking FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_inserts_clinic_booking();
CREATE OR REPLACE FUNCTION portal_updates_clinic_booking_agreed_before_at() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (NEW.agreed_before_at IS NULL) IS NOT TRUE THEN 'agreed_before_at'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: clinic_booking.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_updates_clinic_booking_agreed_before_at() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_updates_agreed_before_at BEFORE UPDATE OF agreed_before_at ON clinic_booking FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_updates_clinic_booking_agreed_before_at();
CREATE OR REPLACE FUNCTION portal_updates_clinic_booking() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (NEW.case_id IS NOT DISTINCT FROM OLD.case_id OR (OLD.case_id IS NULL AND OLD.state IN
            ('held', 'lapsed') AND NEW.state IN ('asked', 'booked') AND EXISTS (SELECT FROM
            cases_case WHERE id = NEW.case_id AND office_id = NEW.office_id))) IS NOT TRUE THEN
            'case_id'
        WHEN (CASE WHEN NEW.day ~ '^20[0-9]{2}-(0[1-9]|1[0-2])-[0-3][0-9](_[a-z0-9_-]+)?$' THEN
            to_char(to_date(left(NEW.day, 8) || '01', 'YYYY-MM-DD') + substr(NEW.day, 9, 2)::int -
            1, 'YYYY-MM-DD') = left(NEW.day, 10) END) IS NOT TRUE THEN 'day'
        WHEN (NEW.number BETWEEN 1 AND 99) IS NOT TRUE THEN 'number'
        WHEN (NEW.seat BETWEEN 1 AND 99) IS NOT TRUE THEN 'seat'
        WHEN (CASE OLD.state WHEN 'held' THEN NEW.state IN ('held', 'lapsed', 'asked', 'booked')
            WHEN 'lapsed' THEN NEW.state = 'lapsed' OR (OLD.case_id IS NULL AND NEW.state IN
            ('asked', 'booked')) WHEN 'offered' THEN NEW.state IN ('booked', 'cancelled') OR
            (NEW.state = 'lapsed' AND OLD.until_at <= now() + INTERVAL '1 minute') WHEN 'asked' THEN
            NEW.state IN ('asked', 'booked', 'cancelled') WHEN 'booked' THEN NEW.state IN ('asked',
            'booked', 'cancelled') ELSE false END) IS NOT TRUE THEN 'state'
        WHEN (NEW.agreed_at IS NOT DISTINCT FROM OLD.agreed_at OR (NEW.agreed_at BETWEEN now() -
            INTERVAL '1 day' AND now() + INTERVAL '400 days')) IS NOT TRUE THEN 'agreed_at'
        WHEN (NEW.until_at IS NOT DISTINCT FROM OLD.until_at OR (NEW.until_at IS NULL AND NEW.state
            NOT IN ('held', 'offered'))) IS NOT TRUE THEN 'until_at'
        WHEN (NEW.holder = '' OR (NEW.case_id IS NULL AND NEW.holder ~ '^[0-9a-f]{64}$')) IS NOT
            TRUE THEN 'holder'
        WHEN (NEW.wanted IS NOT DISTINCT FROM OLD.wanted OR (OLD.case_id IS NULL AND NEW.case_id IS
            NOT NULL)) IS NOT TRUE THEN 'wanted'
        WHEN (NEW.at IS NOT DISTINCT FROM OLD.at OR (NEW.at BETWEEN now() - INTERVAL '1 hour' AND
            now() + INTERVAL '1 hour')) IS NOT TRUE THEN 'at'
        WHEN (NEW.revision BETWEEN OLD.revision AND OLD.revision + 1) IS NOT TRUE THEN 'revision'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: clinic_booking.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_updates_clinic_booking() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_updates BEFORE UPDATE ON clinic_booking FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_updates_clinic_booking();
CREATE OR REPLACE FUNCTION portal_keeps_0_clinic_booking() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (NEW.case_id IS NULL OR NEW.state = 'lapsed' OR EXISTS (SELECT FROM record_entry WHERE
            case_id = NEW.case_id AND kind = 'clinic' AND xmin = pg_current_xact_id()::xid)) IS NOT
            TRUE THEN '(without an entry that tells of it)'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NULL; END IF;
    RAISE EXCEPTION 'not for the portal to write: clinic_booking.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_keeps_0_clinic_booking() OWNER TO "madoguchi-owner";
CREATE CONSTRAINT TRIGGER portal_keeps_0 AFTER UPDATE ON clinic_booking
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_keeps_0_clinic_booking();

-- clinic_waiting: Of the waiting list: one's turn.
--   id: from chance, with the row. Compared by the table: no id comes twice. The desk sees nothing:
--   it is a row of its own, whatever its id.
--   office_id, case_id: from the receipt that was shown, or the case that is being opened. Compared
--   by this bound: a case of the office; what is sealed opens for its own case alone. The desk sees
--   an entry that does not open, in the case's record.
--   day, state: from the person's wish to wait, sealed. Compared by the worker opens the wish before
--   it offers a place, of one case once a day. The desk sees a case that waits, or waits no longer;
--   nothing is offered it of itself.
--   said: from what the person wrote, under a key that the row does not hold. Compared by every
--   opening and `verify`, with the hash that the audit line has. The desk sees that this value is
--   damaged; the line says when it came.
--   at: from the clock. Compared by this bound: the database's, an hour either way. The desk sees a
--   time that is off by minutes.
--   revision: from how every row begins. Compared by this bound. The desk sees nothing: there is no
--   other value.
GRANT SELECT (id, office_id, case_id, day, state, said, at, revision), INSERT (id, office_id,
    case_id, day, state, said, at, revision), UPDATE (state) ON clinic_waiting TO
    "madoguchi-portal";
CREATE OR REPLACE FUNCTION portal_inserts_clinic_waiting() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (EXISTS (SELECT FROM cases_case WHERE id = NEW.case_id AND office_id = NEW.office_id))
            IS NOT TRUE THEN 'case_id'
        WHEN (NEW.day = '' OR CASE WHEN NEW.day ~
            '^20[0-9]{2}-(0[1-9]|1[0-2])-[0-3][0-9](_[a-z0-9_-]+)?$' THEN
            to_char(to_date(left(NEW.day, 8) || '01', 'YYYY-MM-DD') + substr(NEW.day, 9, 2)::int -
            1, 'YYYY-MM-DD') = left(NEW.day, 10) END) IS NOT TRUE THEN 'day'
        WHEN (NEW.state = 'waiting') IS NOT TRUE THEN 'state'
        WHEN (NEW.said IS NOT NULL) IS NOT TRUE THEN 'said'
        WHEN (NEW.at BETWEEN now() - INTERVAL '1 hour' AND now() + INTERVAL '1 hour') IS NOT TRUE
            THEN 'at'
        WHEN (NEW.revision = 0) IS NOT TRUE THEN 'revision'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: clinic_waiting.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_inserts_clinic_waiting() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_inserts BEFORE INSERT ON clinic_waiting FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_inserts_clinic_waiting();
CREATE OR REPLACE FUNCTION portal_updates_clinic_waiting() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (OLD.state = 'waiting' AND NEW.state = 'left') IS NOT TRUE THEN 'state'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: clinic_waiting.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_updates_clinic_waiting() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_updates BEFORE UPDATE ON clinic_waiting FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_updates_clinic_waiting();

-- referrals_referral: Of a referral: what the person is asked to approve; that they said yes or no.
--   state: from the person's act, of which an entry of the same transaction tells. Compared by this
--   bound, and at the transaction's end that there is such an entry. The desk sees the entry in the
--   case's record: made up without the person's receipt, it does not open.
--   approval: from what the person wrote, under a key that the row does not hold. Compared by every
--   opening and `verify`, with the hash that the audit line has. The desk sees that this value is
--   damaged; the line says when it came.
--   due_on: from what the desk does later. Compared by this bound. The desk sees nothing: it is
--   empty, or as the desk left it.
GRANT SELECT (id, office_id, case_id, drawer, state, details, approval, at), UPDATE (state,
    approval, due_on) ON referrals_referral TO "madoguchi-portal";
CREATE OR REPLACE FUNCTION portal_updates_referrals_referral_due_on() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (NEW.due_on IS NULL AND NEW.state = 'withdrawn') IS NOT TRUE THEN 'due_on'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: referrals_referral.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_updates_referrals_referral_due_on() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_updates_due_on BEFORE UPDATE OF due_on ON referrals_referral FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_updates_referrals_referral_due_on();
CREATE OR REPLACE FUNCTION portal_updates_referrals_referral() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (NEW.state IS NOT DISTINCT FROM OLD.state OR (NEW.state = 'withdrawn' AND OLD.state =
            'prepared' AND OLD.drawer = 'shared')) IS NOT TRUE THEN 'state'
        WHEN (NEW.approval IS NOT DISTINCT FROM OLD.approval OR (OLD.approval = '' AND OLD.state =
            'prepared' AND OLD.drawer = 'shared')) IS NOT TRUE THEN 'approval'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: referrals_referral.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_updates_referrals_referral() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_updates BEFORE UPDATE ON referrals_referral FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_updates_referrals_referral();
CREATE OR REPLACE FUNCTION portal_keeps_0_referrals_referral() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (false OR EXISTS (SELECT FROM record_entry WHERE case_id = NEW.case_id AND kind =
            'referral' AND xmin = pg_current_xact_id()::xid)) IS NOT TRUE THEN
            '(without an entry that tells of it)'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NULL; END IF;
    RAISE EXCEPTION 'not for the portal to write: referrals_referral.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_keeps_0_referrals_referral() OWNER TO "madoguchi-owner";
CREATE CONSTRAINT TRIGGER portal_keeps_0 AFTER UPDATE ON referrals_referral
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_keeps_0_referrals_referral();

-- subsidy_draft: An application that the person has begun.
--   id: from chance, with the row. Compared by the table: no id comes twice. The desk sees nothing:
--   it is a row of its own, whatever its id.
--   office_id, case_id: from the row as it was. Compared by this bound. The desk sees nothing: it
--   does not change.
--   told: from what the person wrote, under a key that the row does not hold. Compared by every
--   opening and `verify`, with the hash that the audit line has. The desk sees that this value is
--   damaged; the line says when it came.
--   at: from the clock. Compared by this bound: the database's, an hour either way. The desk sees a
--   time that is off by minutes.
GRANT SELECT, INSERT (id, office_id, case_id, told, at), UPDATE (office_id, case_id, told, at) ON
    subsidy_draft TO "madoguchi-portal";
CREATE OR REPLACE FUNCTION portal_inserts_subsidy_draft() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (EXISTS (SELECT FROM cases_case WHERE id = NEW.case_id AND office_id = NEW.office_id))
            IS NOT TRUE THEN 'case_id'
        WHEN (NEW.at BETWEEN now() - INTERVAL '1 hour' AND now() + INTERVAL '1 hour') IS NOT TRUE
            THEN 'at'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: subsidy_draft.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_inserts_subsidy_draft() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_inserts BEFORE INSERT ON subsidy_draft FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_inserts_subsidy_draft();
CREATE OR REPLACE FUNCTION portal_updates_subsidy_draft() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (NEW.office_id = OLD.office_id) IS NOT TRUE THEN 'office_id'
        WHEN (NEW.case_id = OLD.case_id) IS NOT TRUE THEN 'case_id'
        WHEN (NEW.at BETWEEN now() - INTERVAL '1 hour' AND now() + INTERVAL '1 hour') IS NOT TRUE
            THEN 'at'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: subsidy_draft.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_updates_subsidy_draft() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_updates BEFORE UPDATE ON subsidy_draft FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_updates_subsidy_draft();

-- subsidy_grant: Of a grant: where it is. It moves by a step that the person takes, and by no more.
--   id: from chance, with the row. Compared by the table: no id comes twice. The desk sees nothing:
--   it is a row of its own, whatever its id.
--   office_id, case_id: from the receipt that was shown, or the case that is being opened. Compared
--   by this bound: a case of the office; what is sealed opens for its own case alone. The desk sees
--   an entry that does not open, in the case's record.
--   state, revision: from the grant's steps, each sealed together with its columns. Compared by
--   every opening of the grant and `verify` (work/subsidy/history.py). The desk sees that the
--   grant's steps are not as written down; nothing more is done to it.
--   channel: from how every row begins. Compared by this bound. The desk sees nothing: there is no
--   other value.
--   sent_at: from the clock. Compared by this bound: the database's, an hour either way. The desk
--   sees a time that is off by minutes.
--   received_on, fiscal_year, number: from what the desk does later. Compared by this bound. The
--   desk sees nothing: it is empty, or as the desk left it.
GRANT SELECT (id, office_id, case_id, state, channel, sent_at, received_on, fiscal_year, number,
    revision), INSERT (id, office_id, case_id, state, channel, sent_at, received_on, fiscal_year,
    number, revision), UPDATE (state, revision) ON subsidy_grant TO "madoguchi-portal";
CREATE OR REPLACE FUNCTION portal_inserts_subsidy_grant() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (EXISTS (SELECT FROM cases_case WHERE id = NEW.case_id AND office_id = NEW.office_id))
            IS NOT TRUE THEN 'case_id'
        WHEN (NEW.state = 'sent') IS NOT TRUE THEN 'state'
        WHEN (NEW.channel = 'web') IS NOT TRUE THEN 'channel'
        WHEN (NEW.sent_at BETWEEN now() - INTERVAL '1 hour' AND now() + INTERVAL '1 hour') IS NOT
            TRUE THEN 'sent_at'
        WHEN (NEW.received_on IS NULL) IS NOT TRUE THEN 'received_on'
        WHEN (NEW.revision = 0) IS NOT TRUE THEN 'revision'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: subsidy_grant.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_inserts_subsidy_grant() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_inserts BEFORE INSERT ON subsidy_grant FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_inserts_subsidy_grant();
CREATE OR REPLACE FUNCTION portal_updates_subsidy_grant() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (NEW.state = (SELECT state FROM subsidy_step WHERE grant_id = NEW.id AND staff_id IS
            NULL AND xmin = pg_current_xact_id()::xid ORDER BY number DESC LIMIT 1)) IS NOT TRUE
            THEN 'state'
        WHEN (NEW.revision = OLD.revision + 1) IS NOT TRUE THEN 'revision'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: subsidy_grant.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_updates_subsidy_grant() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_updates BEFORE UPDATE ON subsidy_grant FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_updates_subsidy_grant();
CREATE OR REPLACE FUNCTION portal_keeps_0_subsidy_grant() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (EXISTS (SELECT FROM subsidy_step WHERE grant_id = NEW.id)) IS NOT TRUE THEN
            '(without a step)'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NULL; END IF;
    RAISE EXCEPTION 'not for the portal to write: subsidy_grant.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_keeps_0_subsidy_grant() OWNER TO "madoguchi-owner";
CREATE CONSTRAINT TRIGGER portal_keeps_0 AFTER INSERT ON subsidy_grant
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_keeps_0_subsidy_grant();

-- subsidy_step: What happened to a grant, by the person; what staff sealed opens to no receipt.
--   id: from chance, with the row. Compared by the table: no id comes twice. The desk sees nothing:
--   it is a row of its own, whatever its id.
--   office_id, case_id: from the receipt that was shown, or the case that is being opened. Compared
--   by this bound: a case of the office; what is sealed opens for its own case alone. The desk sees
--   an entry that does not open, in the case's record.
--   grant_id, number, verb, state, on, staff_id, drawer, at: from the grant's steps, each sealed
--   together with its columns. Compared by every opening of the grant and `verify`
--   (work/subsidy/history.py). The desk sees that the grant's steps are not as written down; nothing
--   more is done to it.
--   told: from what the person wrote, under a key that the row does not hold. Compared by every
--   opening and `verify`, with the hash that the audit line has. The desk sees that this value is
--   damaged; the line says when it came.
--   shown: from what the desk does later. Compared by this bound. The desk sees nothing: it is
--   empty, or as the desk left it.
GRANT SELECT (id, office_id, case_id, grant_id, number, verb, state, "on", staff_id, drawer, told,
    shown, at), INSERT (id, office_id, case_id, grant_id, number, verb, state, "on", staff_id,
    drawer, told, shown, at) ON subsidy_step TO "madoguchi-portal";
CREATE OR REPLACE FUNCTION portal_inserts_subsidy_step() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (EXISTS (SELECT FROM subsidy_grant WHERE id = NEW.grant_id AND case_id = NEW.case_id
            AND office_id = NEW.office_id)) IS NOT TRUE THEN 'grant_id'
        WHEN (NEW.number = 1 + (SELECT count(*) FROM subsidy_step WHERE grant_id = NEW.grant_id)) IS
            NOT TRUE THEN 'number'
        WHEN (NEW.verb IN ('withdraw', 'apply', 'complete', 'contract', 'report', 'claim')) IS NOT
            TRUE THEN 'verb'
        WHEN (NEW.state IN ('withdrawn', 'sent', 'received', 'contracted', 'reported', 'claimed'))
            IS NOT TRUE THEN 'state'
        WHEN (NEW."on" BETWEEN current_date - 1 AND current_date + 1) IS NOT TRUE THEN 'on'
        WHEN (NEW.staff_id IS NULL) IS NOT TRUE THEN 'staff_id'
        WHEN (NEW.drawer IN ('shared')) IS NOT TRUE THEN 'drawer'
        WHEN (NEW.shown = '') IS NOT TRUE THEN 'shown'
        WHEN (NEW.at BETWEEN now() - INTERVAL '1 hour' AND now() + INTERVAL '1 hour') IS NOT TRUE
            THEN 'at'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: subsidy_step.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_inserts_subsidy_step() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_inserts BEFORE INSERT ON subsidy_step FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_inserts_subsidy_step();

-- enquiry_enquiry: A question about a page; it reads none.
--   id: from chance, with the row. Compared by the table: no id comes twice. The desk sees nothing:
--   it is a row of its own, whatever its id.
--   office_id: from the host that was called. Compared by this bound: an office that is there; each
--   reader asks for the rows of its office. The desk sees nothing in another office: a row of the
--   wrong one is in no list.
--   words: from what the person wrote, under a key that the row does not hold. Compared by every
--   opening and `verify`, with the hash that the audit line has. The desk sees that this value is
--   damaged; the line says when it came.
--   answer, ended, noticed, undelivered, ended_at, sent_at, forget_on: from what the desk does
--   later. Compared by this bound. The desk sees nothing: it is empty, or as the desk left it.
--   at: from the clock. Compared by this bound: the database's, an hour either way. The desk sees a
--   time that is off by minutes.
GRANT INSERT (id, office_id, words, answer, ended, noticed, undelivered, at, ended_at, sent_at,
    forget_on) ON enquiry_enquiry TO "madoguchi-portal";
CREATE OR REPLACE FUNCTION portal_inserts_enquiry_enquiry() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (EXISTS (SELECT FROM office_office WHERE id = NEW.office_id)) IS NOT TRUE THEN
            'office_id'
        WHEN (NEW.answer = '') IS NOT TRUE THEN 'answer'
        WHEN (NEW.ended = '') IS NOT TRUE THEN 'ended'
        WHEN (NEW.noticed = false) IS NOT TRUE THEN 'noticed'
        WHEN (NEW.undelivered = false) IS NOT TRUE THEN 'undelivered'
        WHEN (NEW.at BETWEEN now() - INTERVAL '1 hour' AND now() + INTERVAL '1 hour') IS NOT TRUE
            THEN 'at'
        WHEN (NEW.ended_at IS NULL) IS NOT TRUE THEN 'ended_at'
        WHEN (NEW.sent_at IS NULL) IS NOT TRUE THEN 'sent_at'
        WHEN (NEW.forget_on IS NULL) IS NOT TRUE THEN 'forget_on'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: enquiry_enquiry.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_inserts_enquiry_enquiry() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_inserts BEFORE INSERT ON enquiry_enquiry FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_inserts_enquiry_enquiry();

-- vault_drawerkey: The keys of a new drawer: a letter to the office, a wrap for the person. None to a
-- case that is there, none in the office's or a colleague's hand.
--   id: from chance, with the row. Compared by the table: no id comes twice. The desk sees nothing:
--   it is a row of its own, whatever its id.
--   office_id: from the host that was called. Compared by this bound: an office that is there; each
--   reader asks for the rows of its office. The desk sees nothing in another office: a row of the
--   wrong one is in no list.
--   case_id, drawer, by: from the drawer is made before its case, in one transaction. Compared by
--   this bound: no case has this id yet, so that no key is added to one that is there. The desk sees
--   nothing: such a key opens nothing.
--   generation, blob: from the keys that were made with the case. Compared by whoever opens the
--   case: its values do not open under another key. The desk sees a new request that does not open.
GRANT SELECT, INSERT (id, office_id, case_id, drawer, "by", generation, blob) ON vault_drawerkey TO
    "madoguchi-portal";
CREATE OR REPLACE FUNCTION portal_inserts_vault_drawerkey() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (EXISTS (SELECT FROM office_office WHERE id = NEW.office_id)) IS NOT TRUE THEN
            'office_id'
        WHEN (NOT EXISTS (SELECT FROM cases_case WHERE id = NEW.case_id)) IS NOT TRUE THEN 'case_id'
        WHEN (NEW.drawer IN ('shared', 'loose')) IS NOT TRUE THEN 'drawer'
        WHEN (NEW."by" IN ('letter', 'receipt')) IS NOT TRUE THEN 'by'
        WHEN (EXISTS (SELECT FROM vault_officekey WHERE generation = NEW.generation)) IS NOT TRUE
            THEN 'generation'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: vault_drawerkey.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_inserts_vault_drawerkey() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_inserts BEFORE INSERT ON vault_drawerkey FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_inserts_vault_drawerkey();

-- vault_receipt: What proves that somebody holds the receipt of a new case.
--   id: from chance, with the row. Compared by the table: no id comes twice. The desk sees nothing:
--   it is a row of its own, whatever its id.
--   office_id: from the host that was called. Compared by this bound: an office that is there; each
--   reader asks for the rows of its office. The desk sees nothing in another office: a row of the
--   wrong one is in no list.
--   case_id: from the drawer is made before its case, in one transaction. Compared by this bound: no
--   case has this id yet, so that no key is added to one that is there. The desk sees nothing: such
--   a key opens nothing.
--   number, salt, verifier, commitment: from the keys that were made with the case. Compared by
--   whoever opens the case: its values do not open under another key. The desk sees a new request
--   that does not open.
--   memory_kib, passes: from what a try costs now. Compared by this bound. The desk sees nothing:
--   only the portal stretches a receipt.
GRANT SELECT, INSERT (id, office_id, case_id, number, salt, memory_kib, passes, verifier,
    commitment) ON vault_receipt TO "madoguchi-portal";
CREATE OR REPLACE FUNCTION portal_inserts_vault_receipt() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (EXISTS (SELECT FROM office_office WHERE id = NEW.office_id)) IS NOT TRUE THEN
            'office_id'
        WHEN (NOT EXISTS (SELECT FROM cases_case WHERE id = NEW.case_id)) IS NOT TRUE THEN 'case_id'
        WHEN (NEW.number ~ '^[0-9]{13}$') IS NOT TRUE THEN 'number'
        WHEN (octet_length(NEW.salt) = 16) IS NOT TRUE THEN 'salt'
        WHEN (NEW.memory_kib BETWEEN 1 AND 262144) IS NOT TRUE THEN 'memory_kib'
        WHEN (NEW.passes BETWEEN 1 AND 9) IS NOT TRUE THEN 'passes'
        WHEN (octet_length(NEW.verifier) = 32) IS NOT TRUE THEN 'verifier'
        WHEN (octet_length(NEW.commitment) = 32) IS NOT TRUE THEN 'commitment'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: vault_receipt.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_inserts_vault_receipt() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_inserts BEFORE INSERT ON vault_receipt FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_inserts_vault_receipt();
CREATE OR REPLACE FUNCTION portal_keeps_0_vault_receipt() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (EXISTS (SELECT FROM cases_case WHERE id = NEW.case_id AND xmin =
            pg_current_xact_id()::xid)) IS NOT TRUE THEN '(without its case)'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NULL; END IF;
    RAISE EXCEPTION 'not for the portal to write: vault_receipt.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_keeps_0_vault_receipt() OWNER TO "madoguchi-owner";
CREATE CONSTRAINT TRIGGER portal_keeps_0 AFTER INSERT ON vault_receipt
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_keeps_0_vault_receipt();

-- vault_visit: What a visit holds between two pages, until it is over.
--   id: from chance, with the row. Compared by the table: no id comes twice. The desk sees nothing:
--   it is a row of its own, whatever its id.
--   office_id: from the host that was called. Compared by this bound: an office that is there; each
--   reader asks for the rows of its office. The desk sees nothing in another office: a row of the
--   wrong one is in no list.
--   lookup, kind, blob, expires_at, (deleted): from the cookie of the visit. Compared by whoever
--   opens it, with the key that only the cookie gives. The desk sees a draft that is gone: what a
--   person has not sent yet is in this role's hands.
GRANT SELECT, INSERT (id, office_id, lookup, kind, blob, expires_at), UPDATE (office_id, blob,
    expires_at), DELETE ON vault_visit TO "madoguchi-portal";
CREATE OR REPLACE FUNCTION portal_inserts_vault_visit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (EXISTS (SELECT FROM office_office WHERE id = NEW.office_id)) IS NOT TRUE THEN
            'office_id'
        WHEN (NEW.lookup ~ '^[0-9a-f]{64}$') IS NOT TRUE THEN 'lookup'
        WHEN (NEW.kind IN ('draft', 'done', 'opened')) IS NOT TRUE THEN 'kind'
        WHEN (NEW.expires_at < now() + INTERVAL '25 hours') IS NOT TRUE THEN 'expires_at'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: vault_visit.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_inserts_vault_visit() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_inserts BEFORE INSERT ON vault_visit FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_inserts_vault_visit();
CREATE OR REPLACE FUNCTION portal_updates_vault_visit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (EXISTS (SELECT FROM office_office WHERE id = NEW.office_id)) IS NOT TRUE THEN
            'office_id'
        WHEN (NEW.expires_at < now() + INTERVAL '25 hours' AND left(OLD.lookup, 4) <> 'desk') IS NOT
            TRUE THEN 'expires_at'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: vault_visit.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_updates_vault_visit() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_updates BEFORE UPDATE ON vault_visit FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_updates_vault_visit();
CREATE OR REPLACE FUNCTION portal_deletes_vault_visit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (left(OLD.lookup, 4) <> 'desk') IS NOT TRUE THEN '(deleted)'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'not for the portal to write: vault_visit.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_deletes_vault_visit() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_deletes BEFORE DELETE ON vault_visit FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_deletes_vault_visit();

-- vault_heldfile: A file is the visitor's to take back until it is handed over to a case, once; then
-- no row of it changes.
--   id: from chance, with the row. Compared by the table: no id comes twice. The desk sees nothing:
--   it is a row of its own, whatever its id.
--   office_id: from the host that was called. Compared by this bound: an office that is there; each
--   reader asks for the rows of its office. The desk sees nothing in another office: a row of the
--   wrong one is in no list.
--   lookup, about: from the cookie of the visit. Compared by whoever opens it, with the key that
--   only the cookie gives. The desk sees a draft that is gone: what a person has not sent yet is in
--   this role's hands.
--   case_id: from the entry with which the file was sent. Compared by this bound: an item of the
--   same transaction names it. The desk sees a file of the case whose name and key do not open; the
--   worker copies it, up to its longest.
--   stored_bytes, sealed_sha256: from the bytes in the inbox. Compared by the worker before it
--   copies them, `verify`, backup. The desk sees that a file of the case is not there.
--   shared: from how every row begins. Compared by this bound. The desk sees nothing: there is no
--   other value.
--   at: from the clock. Compared by this bound: the database's, an hour either way. The desk sees a
--   time that is off by minutes.
--   (deleted): from the visit, which takes back what it has not sent. Compared by this bound: a file
--   of no case; what the store has, and no row names, the worker lays apart. The desk sees nothing:
--   of what a person has not sent the desk has neither row nor bytes.
GRANT SELECT, INSERT (id, office_id, lookup, case_id, stored_bytes, sealed_sha256, shared, about,
    at), UPDATE (lookup, case_id, about), DELETE ON vault_heldfile TO "madoguchi-portal";
CREATE OR REPLACE FUNCTION portal_inserts_vault_heldfile() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE turn text := pg_advisory_xact_lock(hashtextextended('vault_heldfile', 0));
    wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (EXISTS (SELECT FROM office_office WHERE id = NEW.office_id)) IS NOT TRUE THEN
            'office_id'
        WHEN (NEW.lookup ~ '^[0-9a-f]{64}$') IS NOT TRUE THEN 'lookup'
        WHEN (NEW.case_id IS NULL) IS NOT TRUE THEN 'case_id'
        WHEN (NEW.stored_bytes BETWEEN 1 AND 272629760 AND NEW.stored_bytes + (SELECT
            coalesce(sum(stored_bytes), 0) FROM vault_heldfile WHERE shared AND office_id =
            NEW.office_id AND at > now() - INTERVAL '1 day') <= 2147483648) IS NOT TRUE THEN
            'stored_bytes'
        WHEN (octet_length(NEW.sealed_sha256) = 32) IS NOT TRUE THEN 'sealed_sha256'
        WHEN (NEW.shared = true) IS NOT TRUE THEN 'shared'
        WHEN (NEW.at BETWEEN now() - INTERVAL '1 hour' AND now() + INTERVAL '1 hour') IS NOT TRUE
            THEN 'at'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: vault_heldfile.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_inserts_vault_heldfile() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_inserts BEFORE INSERT ON vault_heldfile FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_inserts_vault_heldfile();
CREATE OR REPLACE FUNCTION portal_updates_vault_heldfile() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (NEW.lookup = '' OR NEW.lookup ~ '^[0-9a-f]{64}$') IS NOT TRUE THEN 'lookup'
        WHEN (OLD.case_id IS NULL AND left(OLD.lookup, 4) <> 'desk' AND (NEW.case_id IS NULL OR
            EXISTS (SELECT FROM evidence_item WHERE id = NEW.id AND case_id = NEW.case_id AND xmin =
            pg_current_xact_id()::xid))) IS NOT TRUE THEN 'case_id'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: vault_heldfile.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_updates_vault_heldfile() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_updates BEFORE UPDATE ON vault_heldfile FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_updates_vault_heldfile();
CREATE OR REPLACE FUNCTION portal_deletes_vault_heldfile() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (OLD.case_id IS NULL AND left(OLD.lookup, 4) <> 'desk') IS NOT TRUE THEN '(deleted)'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'not for the portal to write: vault_heldfile.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_deletes_vault_heldfile() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_deletes BEFORE DELETE ON vault_heldfile FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_deletes_vault_heldfile();

-- audit_line: Of the audit it reads what the lines of a case say of its sealed values; not who of the
-- staff did what, and when. It adds lines of what a person does, and none of a colleague; no number is
-- taken in advance.
--   id: from chance, with the row. Compared by the table: no id comes twice. The desk sees nothing:
--   it is a row of its own, whatever its id.
--   office_id: from the host that was called. Compared by this bound: an office that is there; each
--   reader asks for the rows of its office. The desk sees nothing in another office: a row of the
--   wrong one is in no list.
--   seq, before, hash: from the line before. Compared by this bound, and `verify`. The desk sees
--   that a line is missing or was changed.
--   at: from the clock. Compared by this bound: the database's, an hour either way. The desk sees a
--   time that is off by minutes.
--   role, staff_id, verb, case_id, outcome, seals, told, mac: from the person's act. Compared by
--   this bound; `verify`, as a line of the desk has a MAC; whoever opens a value, with its hash. The
--   desk sees a line of a person's act, in nobody's name.
GRANT SELECT (case_id, seq, seals), INSERT (id, office_id, seq, at, role, staff_id, verb, case_id,
    outcome, seals, told, before, hash, mac) ON audit_line TO "madoguchi-portal";
CREATE OR REPLACE FUNCTION portal_inserts_audit_line() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (NEW.seq = 1 + (SELECT seq FROM audit_head WHERE office_id = NEW.office_id)) IS NOT
            TRUE THEN 'seq'
        WHEN (NEW.at BETWEEN now() - INTERVAL '1 hour' AND now() + INTERVAL '1 hour') IS NOT TRUE
            THEN 'at'
        WHEN (NEW.role IN ('consultee')) IS NOT TRUE THEN 'role'
        WHEN (NEW.staff_id IS NULL) IS NOT TRUE THEN 'staff_id'
        WHEN (NEW.verb IN ('case.open', 'interview.book', 'interview.cancel', 'referral.approve',
            'referral.decline', 'message.read', 'message.add', 'wish.change', 'deletion.ask',
            'enquiry.ask', 'intake.ask', 'clinic.hold', 'clinic.ask', 'clinic.agree', 'clinic.move',
            'clinic.cancel', 'clinic.wait', 'clinic.accept', 'clinic.decline', 'grant.save',
            'grant.apply', 'grant.complete', 'grant.contract', 'grant.report', 'grant.claim',
            'grant.withdraw', 'grant.unprotect')) IS NOT TRUE THEN 'verb'
        WHEN (NEW.outcome IN ('done', 'absent')) IS NOT TRUE THEN 'outcome'
        WHEN (jsonb_typeof(NEW.seals) = 'object' AND NOT jsonb_path_exists(NEW.seals,
            '$.* ? (!(@.type() == "string") || !(@ like_regex "^[0-9a-f]{32}$"))')) IS NOT TRUE THEN
            'seals'
        WHEN (NEW.told - ARRAY['grant_year', 'grant_number', 'state'] = '{}' AND
            length(NEW.told::text) < 200 AND coalesce((NEW.told -> 'grant_year')::text, '2000') ~
            '^20[0-9]{2}$' AND coalesce((NEW.told -> 'grant_number')::text, '1') ~
            '^[1-9][0-9]{0,4}$' AND coalesce(NEW.told ->> 'state', 'active') = 'active') IS NOT TRUE
            THEN 'told'
        WHEN (NEW.before = (SELECT hash FROM audit_head WHERE office_id = NEW.office_id)) IS NOT
            TRUE THEN 'before'
        WHEN (octet_length(NEW.hash) = 32) IS NOT TRUE THEN 'hash'
        WHEN (NEW.mac IS NULL) IS NOT TRUE THEN 'mac'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: audit_line.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_inserts_audit_line() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_inserts BEFORE INSERT ON audit_line FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_inserts_audit_line();
CREATE OR REPLACE FUNCTION portal_keeps_0_audit_line() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (EXISTS (SELECT FROM audit_head WHERE office_id = NEW.office_id AND seq >= NEW.seq)) IS
            NOT TRUE THEN '(without the head, so that no act could follow)'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NULL; END IF;
    RAISE EXCEPTION 'not for the portal to write: audit_line.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_keeps_0_audit_line() OWNER TO "madoguchi-owner";
CREATE CONSTRAINT TRIGGER portal_keeps_0 AFTER INSERT ON audit_line
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_keeps_0_audit_line();
CREATE OR REPLACE FUNCTION portal_keeps_1_audit_line() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (NOT EXISTS (SELECT FROM (SELECT key, split_part(key, '/', 1)::uuid AS id,
            split_part(key, '/', 2) AS label, value AS hash FROM jsonb_each_text(NEW.seals)) AS said
            WHERE said.key <> said.id::text || '/' || said.label OR NOT CASE said.label WHEN
            'consultee' THEN EXISTS (SELECT FROM cases_consultee WHERE id = said.id AND case_id =
            NEW.case_id AND left(encode(sha256(about), 'hex'), 32) = said.hash) WHEN 'wish' THEN
            EXISTS (SELECT FROM cases_wish WHERE id = said.id AND case_id = NEW.case_id AND
            left(encode(sha256(wishes), 'hex'), 32) = said.hash) WHEN 'receipt' THEN EXISTS (SELECT
            FROM vault_receipt WHERE id = said.id AND case_id = NEW.case_id AND
            left(encode(sha256(salt || commitment), 'hex'), 32) = said.hash) WHEN 'entry' THEN
            EXISTS (SELECT FROM record_entry WHERE id = said.id AND case_id = NEW.case_id AND
            left(encode(sha256(words), 'hex'), 32) = said.hash) WHEN 'item' THEN EXISTS (SELECT FROM
            evidence_item WHERE id = said.id AND case_id = NEW.case_id AND
            left(encode(sha256(about), 'hex'), 32) = said.hash) WHEN 'approval' THEN EXISTS (SELECT
            FROM referrals_referral WHERE id = said.id AND case_id = NEW.case_id AND
            left(encode(sha256(approval), 'hex'), 32) = said.hash) WHEN 'interview' THEN EXISTS
            (SELECT FROM interviews_interview WHERE id = said.id AND case_id = NEW.case_id AND
            left(encode(sha256(wanted), 'hex'), 32) = said.hash) WHEN 'booking' THEN EXISTS (SELECT
            FROM clinic_booking WHERE id = said.id AND case_id = NEW.case_id AND
            left(encode(sha256(wanted), 'hex'), 32) = said.hash) WHEN 'waiting' THEN EXISTS (SELECT
            FROM clinic_waiting WHERE id = said.id AND case_id = NEW.case_id AND
            left(encode(sha256(said), 'hex'), 32) = said.hash) WHEN 'grant_draft' THEN EXISTS
            (SELECT FROM subsidy_draft WHERE id = said.id AND case_id = NEW.case_id AND
            left(encode(sha256(told), 'hex'), 32) = said.hash) WHEN 'enquiry' THEN EXISTS (SELECT
            FROM enquiry_enquiry WHERE id = said.id AND id = NEW.case_id AND
            left(encode(sha256(words), 'hex'), 32) = said.hash) WHEN 'grant_told' THEN EXISTS
            (SELECT FROM subsidy_step WHERE id = said.id AND case_id = NEW.case_id AND xmin =
            pg_current_xact_id()::xid) ELSE false END)) IS NOT TRUE THEN
            '(with a hash that is not of what the case holds)'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NULL; END IF;
    RAISE EXCEPTION 'not for the portal to write: audit_line.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_keeps_1_audit_line() OWNER TO "madoguchi-owner";
CREATE CONSTRAINT TRIGGER portal_keeps_1 AFTER INSERT ON audit_line
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_keeps_1_audit_line();

-- audit_head: The last line of an office. It moves to the line that was added, and no further.
--   office_id: from the host that was called. Compared by this bound: an office that is there; each
--   reader asks for the rows of its office. The desk sees nothing in another office: a row of the
--   wrong one is in no list.
--   seq, hash: from the line before. Compared by this bound, and `verify`. The desk sees that a line
--   is missing or was changed.
GRANT SELECT, INSERT (office_id, seq, hash), UPDATE (seq, hash) ON audit_head TO "madoguchi-portal";
CREATE OR REPLACE FUNCTION portal_inserts_audit_head() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (EXISTS (SELECT FROM office_office WHERE id = NEW.office_id)) IS NOT TRUE THEN
            'office_id'
        WHEN (NEW.seq = 0) IS NOT TRUE THEN 'seq'
        WHEN (NEW.hash =
            '\x0000000000000000000000000000000000000000000000000000000000000000'::bytea) IS NOT TRUE
            THEN 'hash'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: audit_head.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_inserts_audit_head() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_inserts BEFORE INSERT ON audit_head FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_inserts_audit_head();
CREATE OR REPLACE FUNCTION portal_updates_audit_head() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (NEW.seq = OLD.seq + 1 AND EXISTS (SELECT FROM audit_line WHERE office_id =
            NEW.office_id AND seq = NEW.seq AND before = OLD.hash AND hash = NEW.hash)) IS NOT TRUE
            THEN 'hash'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: audit_head.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_updates_audit_head() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_updates BEFORE UPDATE ON audit_head FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_updates_audit_head();

-- act_once: That a person's act was done under its key. What came of an earlier one it asks by its key
-- (act_earlier); of the desk's acts it reads neither verb nor time.
--   office_id: from the host that was called. Compared by this bound: an office that is there; each
--   reader asks for the rows of its office. The desk sees nothing in another office: a row of the
--   wrong one is in no list.
--   key, verb, result_id: from the cookie or receipt, and the page that was sent. Compared by this
--   bound: acts of a person; a key cannot be guessed. The desk sees nothing: no act of a colleague
--   is taken for done.
--   at: from the clock. Compared by this bound: the database's, an hour either way. The desk sees a
--   time that is off by minutes.
GRANT SELECT (id), INSERT (office_id, key, verb, result_id, at) ON act_once TO "madoguchi-portal";
CREATE OR REPLACE FUNCTION portal_inserts_act_once() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (EXISTS (SELECT FROM office_office WHERE id = NEW.office_id)) IS NOT TRUE THEN
            'office_id'
        WHEN (NEW.verb IN ('case.open', 'interview.book', 'interview.cancel', 'referral.approve',
            'referral.decline', 'message.read', 'message.add', 'wish.change', 'deletion.ask',
            'enquiry.ask', 'intake.ask', 'clinic.hold', 'clinic.ask', 'clinic.agree', 'clinic.move',
            'clinic.cancel', 'clinic.wait', 'clinic.accept', 'clinic.decline', 'grant.save',
            'grant.apply', 'grant.complete', 'grant.contract', 'grant.report', 'grant.claim',
            'grant.withdraw', 'grant.unprotect')) IS NOT TRUE THEN 'verb'
        WHEN (NEW.at BETWEEN now() - INTERVAL '1 hour' AND now() + INTERVAL '1 hour') IS NOT TRUE
            THEN 'at'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: act_once.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_inserts_act_once() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_inserts BEFORE INSERT ON act_once FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_inserts_act_once();

-- mail_outgoing: A mail that a request was received; that there is an answer, only the desk says.
--   id: from chance, with the row. Compared by the table: no id comes twice. The desk sees nothing:
--   it is a row of its own, whatever its id.
--   office_id, case_id: from the receipt that was shown, or the case that is being opened. Compared
--   by this bound: a case of the office; what is sealed opens for its own case alone. The desk sees
--   an entry that does not open, in the case's record.
--   template: from the person's wish, sealed. Compared by the worker opens the wish before it sends;
--   one to a case. The desk sees nothing: no mail goes where none is wanted.
--   at: from the clock. Compared by this bound: the database's, an hour either way. The desk sees a
--   time that is off by minutes.
--   sent_at, withheld: from what the desk does later. Compared by this bound. The desk sees nothing:
--   it is empty, or as the desk left it.
GRANT INSERT (id, office_id, case_id, template, at, sent_at, withheld) ON mail_outgoing TO
    "madoguchi-portal";
CREATE OR REPLACE FUNCTION portal_inserts_mail_outgoing() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (EXISTS (SELECT FROM cases_case WHERE id = NEW.case_id AND office_id = NEW.office_id))
            IS NOT TRUE THEN 'case_id'
        WHEN (NEW.template IN ('received')) IS NOT TRUE THEN 'template'
        WHEN (NEW.at BETWEEN now() - INTERVAL '1 hour' AND now() + INTERVAL '1 hour') IS NOT TRUE
            THEN 'at'
        WHEN (NEW.sent_at IS NULL) IS NOT TRUE THEN 'sent_at'
        WHEN (NEW.withheld = '') IS NOT TRUE THEN 'withheld'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: mail_outgoing.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_inserts_mail_outgoing() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_inserts BEFORE INSERT ON mail_outgoing FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_inserts_mail_outgoing();

-- later_job: What the worker does after a person's act, by name and id.
--   id: from chance, with the row. Compared by the table: no id comes twice. The desk sees nothing:
--   it is a row of its own, whatever its id.
--   name, subject_id, run_at: from the person's act. Compared by this bound, and the worker's own
--   list; a job that is done twice changes nothing. The desk sees the alarm for jobs that wait.
--   tries, fence, lease_until, done_at, failed: from what the desk does later. Compared by this
--   bound. The desk sees nothing: it is empty, or as the desk left it.
--   by_portal: from the window that asks. Compared by this bound: the portal's own. The desk sees
--   the alarm for jobs that are too many; its own are done first.
GRANT SELECT (by_portal), INSERT (id, name, subject_id, run_at, tries, fence, lease_until, done_at,
    failed, by_portal) ON later_job TO "madoguchi-portal";
CREATE OR REPLACE FUNCTION portal_inserts_later_job() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN (NEW.name IN ('cases.adopt', 'record.tell', 'record.notice', 'intake.enquiry.notice',
            'interviews.follow', 'interviews.notice', 'clinic.bookings.follow',
            'clinic.bookings.apart', 'clinic.bookings.notice', 'subsidy.notice',
            'clinic.waiting.offer')) IS NOT TRUE THEN 'name'
        WHEN (EXISTS (SELECT FROM cases_case WHERE id = NEW.subject_id) OR EXISTS (SELECT FROM
            record_entry WHERE id = NEW.subject_id) OR EXISTS (SELECT FROM mail_outgoing WHERE id =
            NEW.subject_id) OR EXISTS (SELECT FROM interviews_interview WHERE id = NEW.subject_id)
            OR EXISTS (SELECT FROM clinic_booking WHERE id = NEW.subject_id) OR EXISTS (SELECT FROM
            subsidy_step WHERE id = NEW.subject_id) OR EXISTS (SELECT FROM enquiry_enquiry WHERE id
            = NEW.subject_id) OR EXISTS (SELECT FROM office_office WHERE id = NEW.subject_id)) IS
            NOT TRUE THEN 'subject_id'
        WHEN (NEW.run_at BETWEEN now() - INTERVAL '1 hour' AND now() + INTERVAL '1 hour') IS NOT
            TRUE THEN 'run_at'
        WHEN (NEW.tries = 0) IS NOT TRUE THEN 'tries'
        WHEN (NEW.fence = 0) IS NOT TRUE THEN 'fence'
        WHEN (NEW.lease_until IS NULL) IS NOT TRUE THEN 'lease_until'
        WHEN (NEW.done_at IS NULL) IS NOT TRUE THEN 'done_at'
        WHEN (NEW.failed = '') IS NOT TRUE THEN 'failed'
        WHEN (NEW.by_portal = true) IS NOT TRUE THEN 'by_portal'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'not for the portal to write: later_job.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_inserts_later_job() OWNER TO "madoguchi-owner";
CREATE OR REPLACE TRIGGER portal_inserts BEFORE INSERT ON later_job FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_inserts_later_job();
CREATE OR REPLACE FUNCTION portal_keeps_0_later_job() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE turn text := pg_advisory_xact_lock(hashtextextended('later_job', 0));
    wrong text := CASE
        WHEN (current_setting('transaction_isolation') = 'read committed') IS NOT TRUE THEN
            '(in a snapshot of before)'
        WHEN ((SELECT count(*) FROM later_job WHERE by_portal AND done_at IS NULL) <= 5000) IS NOT
            TRUE THEN '(beyond those that may wait)'
    END;
BEGIN
    IF wrong IS NULL THEN RETURN NULL; END IF;
    RAISE EXCEPTION 'not for the portal to write: later_job.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION portal_keeps_0_later_job() OWNER TO "madoguchi-owner";
CREATE CONSTRAINT TRIGGER portal_keeps_0 AFTER INSERT ON later_job
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (current_user = 'madoguchi-portal') EXECUTE FUNCTION portal_keeps_0_later_job();

COMMENT ON SCHEMA public IS 'madoguchi roles 9208dfde205e8c6a'; -- `madoguchi doctor` sees which file was run
COMMIT;
\else
\echo 'no tables yet: run `madoguchi migrate` as madoguchi-owner, then this file again'
\endif
