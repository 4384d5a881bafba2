-- PostgreSQL's roles for madoguchi. As the superuser, once before and once after `madoguchi migrate`:
--     runuser -u postgres -- psql -v ON_ERROR_STOP=1 -f roles.sql
-- Three roles, named like the system users that come in by peer authentication:
--     madoguchi-owner   owns the tables and changes them; used by `madoguchi migrate`, by no window
--     madoguchi-desk    desk, worker and the command line
--     madoguchi-portal  the public window: its errands on the cases, nothing of the staff's
-- Nobody but the owner changes or removes a line of the audit.

SELECT format('CREATE ROLE %I LOGIN', name)
FROM unnest(ARRAY['madoguchi-owner', 'madoguchi-desk', 'madoguchi-portal']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec

SELECT format('CREATE DATABASE %I OWNER "madoguchi-owner"', name)
FROM unnest(ARRAY['madoguchi_cases', 'madoguchi_staff']) AS name
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = name) \gexec

-- The desk reads all rows whatever a policy says: one that is forgotten can never empty a backup. The
-- portal's connections are counted, so that it cannot take those of the desk: two workers, 32 each.
ALTER ROLE "madoguchi-desk" BYPASSRLS;
ALTER ROLE "madoguchi-portal" NOBYPASSRLS CONNECTION LIMIT 68;

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
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO "madoguchi-desk", "madoguchi-portal";
GRANT CREATE, USAGE ON SCHEMA public TO "madoguchi-owner";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "madoguchi-desk";

SELECT to_regclass('audit_line') IS NOT NULL AS migrated \gset
\if :migrated
REVOKE UPDATE, DELETE ON audit_line FROM "madoguchi-desk";
GRANT MAINTAIN ON vault_drawerkey, vault_receipt TO "madoguchi-desk"; -- `VACUUM` after forgetting

BEGIN; -- at no moment, and by no grant that fails, is the portal left without its rights
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM "madoguchi-portal"; -- what an older file gave
GRANT SELECT ON django_migrations, office_office, notices_notice TO "madoguchi-portal";
GRANT INSERT ON enquiry_enquiry, cases_case, cases_due, later_job, mail_outgoing TO "madoguchi-portal";
-- A mail that a request was received; that there is an answer, only the desk says.
ALTER TABLE mail_outgoing ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS portal_adds ON mail_outgoing;
CREATE POLICY portal_adds ON mail_outgoing FOR INSERT TO "madoguchi-portal"
    WITH CHECK (template = 'received' AND sent_at IS NULL AND withheld = '');
GRANT SELECT, INSERT ON vault_drawerkey, vault_receipt, act_once, cases_consultee, cases_wish,
    record_entry, evidence_item TO "madoguchi-portal";
-- Of the audit: what the lines of a case say of its sealed values; not who of the staff did what, and
-- when. It adds lines of what a person does, and none of a colleague.
GRANT INSERT ON audit_line TO "madoguchi-portal";
GRANT SELECT (case_id, seq, seals) ON audit_line TO "madoguchi-portal";
ALTER TABLE audit_line ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS portal_reads ON audit_line;
CREATE POLICY portal_reads ON audit_line FOR SELECT TO "madoguchi-portal" USING (true);
-- The head moves by the line that was added, and by no more: else no act could follow it.
CREATE OR REPLACE FUNCTION portal_moves_the_head_by_one() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user <> 'madoguchi-portal' OR (NEW.office_id = OLD.office_id AND NEW.seq = OLD.seq + 1)
    THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'the portal may only add the next line' USING ERRCODE = 'insufficient_privilege';
END $$;
DROP TRIGGER IF EXISTS portal_moves_the_head_by_one ON audit_head;
CREATE TRIGGER portal_moves_the_head_by_one BEFORE UPDATE ON audit_head
    FOR EACH ROW EXECUTE FUNCTION portal_moves_the_head_by_one();
-- What it writes into a case is the person's: no answer, wish or step in a colleague's name.
ALTER TABLE record_entry ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS portal_reads ON record_entry;
CREATE POLICY portal_reads ON record_entry FOR SELECT TO "madoguchi-portal" USING (true);
DROP POLICY IF EXISTS portal_adds ON record_entry;
CREATE POLICY portal_adds ON record_entry FOR INSERT TO "madoguchi-portal" WITH CHECK (
    staff_id IS NULL AND drawer = 'shared'
    AND kind IN ('received', 'booking', 'deletion', 'referral', 'clinic'));
DROP POLICY IF EXISTS portal_marks_as_seen ON record_entry;
CREATE POLICY portal_marks_as_seen ON record_entry FOR UPDATE TO "madoguchi-portal" USING (true);
ALTER TABLE cases_wish ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS portal_reads ON cases_wish;
CREATE POLICY portal_reads ON cases_wish FOR SELECT TO "madoguchi-portal" USING (true);
DROP POLICY IF EXISTS portal_adds ON cases_wish;
CREATE POLICY portal_adds ON cases_wish FOR INSERT TO "madoguchi-portal" WITH CHECK (by = 'consultee');
DROP POLICY IF EXISTS portal_adds ON audit_line;
CREATE POLICY portal_adds ON audit_line FOR INSERT TO "madoguchi-portal" WITH CHECK (
    role = 'consultee' AND staff_id IS NULL AND verb IN ( -- what rights.toml gives a person
        'case.open', 'interview.book', 'interview.cancel', 'referral.approve', 'referral.decline',
        'message.read', 'message.add', 'wish.change', 'deletion.ask', 'enquiry.ask', 'intake.ask',
        'clinic.hold', 'clinic.ask', 'clinic.agree', 'clinic.move', 'clinic.cancel', 'clinic.wait',
        'clinic.accept', 'clinic.decline', 'grant.save', 'grant.apply', 'grant.complete', 'grant.contract',
        'grant.report', 'grant.claim', 'grant.withdraw', 'grant.unprotect'
    ));
GRANT SELECT, INSERT, UPDATE ON audit_head, notices_pagecount TO "madoguchi-portal";
-- Of a case: its state, its next day and how contact is safe; not who works on it or who may not
-- see it, its level, its name in lists, when it was opened.
GRANT SELECT (id, office_id, state, next_on, revision),
    UPDATE (state, closed_at, closing, touched_at, next_on, revision, contact_rule)
    ON cases_case TO "madoguchi-portal";
-- Of an interview: when, which place, of which case and whether it stands; not who of the staff booked
-- it or keeps the place.
GRANT INSERT ON interviews_interview TO "madoguchi-portal";
GRANT SELECT (id, office_id, case_id, "on", starts, ends, place, state, revision),
    UPDATE (state, revision) ON interviews_interview TO "madoguchi-portal";
-- Of a place of the clinic: which, of which case or visit, whether it stands and until when; not who
-- of the staff booked it or keeps it, nor what another person wants. Of the waiting list: one's turn.
GRANT INSERT ON clinic_booking, clinic_waiting TO "madoguchi-portal";
GRANT SELECT (id, office_id, case_id, day, number, seat, state, agreed_at, until_at, holder, at, revision),
    UPDATE (case_id, day, number, seat, state, agreed_at, until_at, holder, wanted, at, reminded_at, revision)
    ON clinic_booking TO "madoguchi-portal";
GRANT SELECT (id, office_id, case_id, day, state, at, revision),
    UPDATE (state) ON clinic_waiting TO "madoguchi-portal";
-- Of a referral: what the person is asked to approve; that they said yes or no.
GRANT SELECT (id, office_id, case_id, drawer, state, details, approval, at),
    UPDATE (state, approval, due_on) ON referrals_referral TO "madoguchi-portal";
-- Of a grant: where it is, and its steps; what staff sealed of a step opens to no receipt. Of the year's
-- budget: its totals.
GRANT INSERT ON subsidy_grant, subsidy_step TO "madoguchi-portal";
GRANT SELECT (id, office_id, case_id, state, channel, sent_at, received_on, fiscal_year, number, revision),
    UPDATE (state, revision) ON subsidy_grant TO "madoguchi-portal";
GRANT SELECT (id, office_id, case_id, grant_id, number, verb, state, "on", staff_id, drawer, told, shown, at)
    ON subsidy_step TO "madoguchi-portal";
ALTER TABLE subsidy_step ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS portal_reads ON subsidy_step;
CREATE POLICY portal_reads ON subsidy_step FOR SELECT TO "madoguchi-portal" USING (true);
DROP POLICY IF EXISTS portal_adds ON subsidy_step;
CREATE POLICY portal_adds ON subsidy_step FOR INSERT TO "madoguchi-portal" WITH CHECK (staff_id IS NULL);
GRANT SELECT, INSERT, UPDATE ON subsidy_draft TO "madoguchi-portal";
GRANT SELECT (id, office_id, fiscal_year, budget_yen, reserved_yen, spent_yen, warn_below_yen, terms)
    ON subsidy_budget TO "madoguchi-portal";
-- Of the counts: what was published.
GRANT SELECT (id, office_id, fiscal_year, month, tables, at) ON reports_published TO "madoguchi-portal";
GRANT UPDATE (seen_at) ON record_entry TO "madoguchi-portal"; -- that the person saw an answer
GRANT SELECT, INSERT, UPDATE, DELETE ON vault_visit, vault_heldfile TO "madoguchi-portal";
-- A file is the visitor's to take back until it is handed over to a case; then no row of it changes.
ALTER TABLE vault_heldfile ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS portal_reads ON vault_heldfile;
CREATE POLICY portal_reads ON vault_heldfile FOR SELECT TO "madoguchi-portal" USING (true);
DROP POLICY IF EXISTS portal_adds ON vault_heldfile;
CREATE POLICY portal_adds ON vault_heldfile FOR INSERT TO "madoguchi-portal" WITH CHECK (case_id IS NULL);
DROP POLICY IF EXISTS portal_hands_over ON vault_heldfile;
CREATE POLICY portal_hands_over ON vault_heldfile FOR UPDATE TO "madoguchi-portal"
    USING (case_id IS NULL) WITH CHECK (true);
DROP POLICY IF EXISTS portal_takes_back ON vault_heldfile;
CREATE POLICY portal_takes_back ON vault_heldfile FOR DELETE TO "madoguchi-portal" USING (case_id IS NULL);
-- A person's word makes it the desk's turn: a case opens, its day comes nearer. It never closes one, nor
-- puts its day off, so no case vanishes from the lists.
CREATE OR REPLACE FUNCTION portal_makes_it_the_desks_turn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user <> 'madoguchi-portal' OR (
        (NEW.state = OLD.state OR (NEW.state = 'active' AND OLD.state IN ('waiting', 'closed')))
        AND (NEW.closed_at IS NULL OR NEW.closed_at IS NOT DISTINCT FROM OLD.closed_at)
        AND NEW.closing IN ('', OLD.closing)
        AND (NEW.next_on IS NOT DISTINCT FROM OLD.next_on
            OR NEW.next_on BETWEEN DATE '2020-01-01' AND coalesce(OLD.next_on, current_date + 400))
        AND NEW.touched_at BETWEEN now() - INTERVAL '1 day' AND now() + INTERVAL '1 day'
        AND NEW.revision BETWEEN OLD.revision AND OLD.revision + 1)
    THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'the portal may only make it the desk''s turn' USING ERRCODE = 'insufficient_privilege';
END $$;
DROP TRIGGER IF EXISTS portal_makes_it_the_desks_turn ON cases_case;
CREATE TRIGGER portal_makes_it_the_desks_turn BEFORE UPDATE ON cases_case
    FOR EACH ROW EXECUTE FUNCTION portal_makes_it_the_desks_turn();
COMMIT;
\else
\echo 'no tables yet: run `madoguchi migrate` as madoguchi-owner, then this file again'
\endif
