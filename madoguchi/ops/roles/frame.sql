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
ALTER ROLE "madoguchi-portal" NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION NOBYPASSRLS PASSWORD NULL CONNECTION LIMIT CONNECTIONS;
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
AND proname ~ 'REFUSED' \gexec
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

-- the portal's tables

COMMENT ON SCHEMA public IS 'madoguchi roles MARK'; -- `madoguchi doctor` sees which file was run
COMMIT;
\else
\echo 'no tables yet: run `madoguchi migrate` as madoguchi-owner, then this file again'
\endif
