"""The portal's database role, cell by cell: `madoguchi roles` prints docs/running/roles.sql of it.

Whoever takes the portal over has this role. What it may write is as narrow as the errands allow;
each cell says what a value within its bound follows from, who compares, and what the desk shows.
"""

from dataclasses import replace

from madoguchi.ops.roles.cells import (
    Answer,
    Bound,
    Cell,
    Kept,
    Removal,
    Table,
    counted,
    day,
    kept_or,
    listed,
    nothing,
    one_of,
    only,
    same,
    soon,
)
from madoguchi.rules import limits
from madoguchi.rules.rights import table
from madoguchi.rules.steps.booking import TEMPORARY
from madoguchi.rules.steps.case import CONTACT_RULES, NO_CONTACT

ROLE = "madoguchi-portal"
MOST_LOCKS = 200  # of a session, in PostgreSQL's table of locks: the worker ends one with more
CONNECTIONS = 72  # two workers of 26 while one replaces the other, 20 processes with long bodies
SPILLED = "temp_file_limit=256MB"  # what it spills to disk
# What no table of ours counts: large objects, messages in the log of changes, locks of one's own
# naming.
REFUSED = (
    "^(lo_(create|creat|from_bytea|import|put|open)|lowrite|pg_logical_emit_message"
    "|pg_(try_)?advisory_.*)$"
)
VERBS = tuple(verb for verb, roles in table().items() if "consultee" in roles)
JOBS = (
    "cases.adopt",
    "record.tell",
    "record.notice",
    "intake.enquiry.notice",
    "interviews.follow",
    "interviews.notice",
    "clinic.bookings.follow",
    "clinic.bookings.apart",
    "clinic.bookings.notice",
    "subsidy.notice",
    "clinic.waiting.offer",
)
MOST_JOBS = 5_000  # that wait; of persons alone there are never so many
SUBJECTS = (  # of its jobs
    *("cases_case", "record_entry", "mail_outgoing", "interviews_interview", "clinic_booking"),
    *("subsidy_step", "enquiry_enquiry", "office_office"),
)
DUES = (  # kinds of a day that a person's act makes
    *("first_answer", "answer", "deletion", "approved", "declined", "grant", "grant_sent"),
    *("interview_new", "interview_cancelled", "clinic_asked", "clinic_day", "clinic_cancelled"),
)
KINDS = ("received", "booking", "deletion", "referral", "clinic", "wish")  # of entries by a person
HEX = "~ '^[0-9a-f]{64}$'"

ROW = Answer(
    "chance, with the row",
    "the table: no id comes twice",
    "nothing: it is a row of its own, whatever its id",
)
OFFICE = Answer(
    "the host that was called",
    "this bound: an office that is there; each reader asks for the rows of its office",
    "nothing in another office: a row of the wrong one is in no list",
)
OF_CASE = Answer(
    "the receipt that was shown, or the case that is being opened",
    "this bound: a case of the office; what is sealed opens for its own case alone",
    "an entry that does not open, in the case's record",
)
SEALED = Answer(
    "what the person wrote, under a key that the row does not hold",
    "every opening and `verify`, with the hash that the audit line has",
    "that this value is damaged; the line says when it came",
)
NEW = Answer("how every row begins", "this bound", "nothing: there is no other value")
UNMOVED = Answer("the row as it was", "this bound", "nothing: it does not change")
DESKS = Answer(
    "what the desk does later", "this bound", "nothing: it is empty, or as the desk left it"
)
MOMENT = Answer(
    "the clock", "this bound: the database's, an hour either way", "a time that is off by minutes"
)
NUMBER = Answer(
    "the rows that are there", "this bound, and the table: no number comes twice", "a row in order"
)
KIND = Answer(
    "the act",
    "this bound: what a person does",
    "an act of the person's; where it was not theirs its words do not open",
)
ENTRY = Answer(
    "the person's act, of which an entry of the same transaction tells",
    "this bound, and at the transaction's end that there is such an entry",
    "the entry in the case's record: made up without the person's receipt, it does not open",
)
REVISION = Answer("one more with each act", "this bound", "that the page it acts from is older")
VISIT = Answer(
    "the cookie of the visit",
    "whoever opens it, with the key that only the cookie gives",
    "a draft that is gone: what a person has not sent yet is in this role's hands",
)

TAKEN_BACK = Answer(
    "the visit, which takes back what it has not sent",
    "this bound: a file of no case; what the store has, and no row names, the worker lays apart",
    "nothing: of what a person has not sent the desk has neither row nor bytes",
)

ID = Cell("id", ROW, insert=Bound(yes="'{fresh}'"))
OF_OFFICE = Cell(
    "office_id",
    OFFICE,
    insert=Bound(
        "EXISTS (SELECT FROM office_office WHERE id = NEW.office_id)",
        yes="'{office}'",
        no="gen_random_uuid()",
    ),
)
OF_A_CASE = Cell(
    "case_id",
    OF_CASE,
    insert=Bound(
        "EXISTS (SELECT FROM cases_case WHERE id = NEW.case_id AND office_id = NEW.office_id)",
        yes="'{case}'",
        no="gen_random_uuid()",
    ),
)
OF_ITS_OFFICE = Cell("office_id", OF_CASE, insert=Bound(yes="'{office}'"))  # see `case_id`
AT = Cell("at", MOMENT, insert=soon("at"))
NOT_YET = Answer(
    "the drawer is made before its case, in one transaction",
    "this bound: no case has this id yet, so that no key is added to one that is there",
    "nothing: such a key opens nothing",
)
NO_CASE_YET = Cell(
    "case_id",
    NOT_YET,
    insert=Bound(
        "NOT EXISTS (SELECT FROM cases_case WHERE id = NEW.case_id)", yes="'{case}'", no="'{old}'"
    ),
)
RAISED = Bound(
    "NEW.revision BETWEEN OLD.revision AND OLD.revision + 1", yes="revision + 1", no="revision + 9"
)


def zeros(length: int) -> str:
    """So many bytes, in an example."""
    return f"'\\x{'00' * length}'::bytea"


def told_as(kind: str, verb: str = "INSERT OR UPDATE", unless: str = "false") -> Kept:
    """That the transaction also wrote an entry of this kind into the row's case."""
    entry = (
        "EXISTS (SELECT FROM record_entry WHERE case_id = NEW.case_id"
        f" AND kind = '{kind}' AND xmin = pg_current_xact_id()::xid)"
    )
    met = f"UPDATE record_entry SET kind = '{kind}'"  # noqa: S608 - no value of anybody's
    return Kept(verb, f"{unless} OR {entry}", "without an entry that tells of it", met)


TURN = Answer(
    "the person's wish to wait, sealed",
    "the worker opens the wish before it offers a place, of one case once a day",
    "a case that waits, or waits no longer; nothing is offered it of itself",
)
STEPS = Answer(
    "the grant's steps, each sealed together with its columns",
    "every opening of the grant and `verify` (work/subsidy/history.py)",
    "that the grant's steps are not as written down; nothing more is done to it",
)
KEYS = Answer(
    "the keys that were made with the case",
    "whoever opens the case: its values do not open under another key",
    "a new request that does not open",
)
COST = Answer("what a try costs now", "this bound", "nothing: only the portal stretches a receipt")
HANDED = Answer(
    "the entry with which the file was sent",
    "this bound: an item of the same transaction names it",
    "a file of the case whose name and key do not open; the worker copies it, up to its longest",
)
BYTES = Answer(
    "the bytes in the inbox",
    "the worker before it copies them, `verify`, backup",
    "that a file of the case is not there",
)
CHAIN = Answer(
    "the line before", "this bound, and `verify`", "that a line is missing or was changed"
)
LINE = Answer(
    "the person's act",
    "this bound; `verify`, as a line of the desk has a MAC; whoever opens a value, with its hash",
    "a line of a person's act, in nobody's name",
)
ONCE = Answer(
    "the cookie or receipt, and the page that was sent",
    "this bound: acts of a person; a key cannot be guessed",
    "nothing: no act of a colleague is taken for done",
)
MAIL = Answer(
    "the person's wish, sealed",
    "the worker opens the wish before it sends; one to a case",
    "nothing: no mail goes where none is wanted",
)
JOB = Answer(
    "the person's act",
    "this bound, and the worker's own list; a job that is done twice changes nothing",
    "the alarm for jobs that wait",
)
# What a person seals, by its label: the table, and of which bytes a line has the hash.
SAID_OF = {
    "consultee": ("cases_consultee", "about"),
    "wish": ("cases_wish", "wishes"),
    "receipt": ("vault_receipt", "salt || commitment"),
    "entry": ("record_entry", "words"),
    "item": ("evidence_item", "about"),
    "approval": ("referrals_referral", "approval"),
    "interview": ("interviews_interview", "wanted"),
    "booking": ("clinic_booking", "wanted"),
    "waiting": ("clinic_waiting", "said"),
    "grant_draft": ("subsidy_draft", "told"),
    "enquiry": ("enquiry_enquiry", "words"),
    "grant_told": ("subsidy_step", "told"),
}


def as_it_is() -> str:
    """That each hash of a line is the hash of that value, as the transaction leaves it.

    A value has one name: in capitals, or with more behind it, it would be another to whoever reads
    the line, and `verify` would miss it. A step's is made with its columns: it need only be of the
    same transaction.
    """
    there = {
        label: f"left(encode(sha256({value}), 'hex'), 32) = said.hash"
        for label, (_, value) in SAID_OF.items()
    } | {"grant_told": "xmin = pg_current_xact_id()::xid"}
    labels = " ".join(
        f"WHEN '{label}' THEN EXISTS (SELECT FROM {SAID_OF[label][0]} WHERE id = said.id"
        f" AND {'id' if label == 'enquiry' else 'case_id'} = NEW.case_id AND {holds})"
        for label, holds in there.items()
    )
    return (
        "NOT EXISTS (SELECT FROM (SELECT key,"  # noqa: S608 - names of ours
        " split_part(key, '/', 1)::uuid AS id, split_part(key, '/', 2) AS label,"
        " value AS hash FROM jsonb_each_text(NEW.seals))"
        " AS said WHERE said.key <> said.id::text || '/' || said.label"
        f" OR NOT CASE said.label {labels} ELSE false END)"
    )


WAITS_FOR_THE_PERSON = "OLD.state = 'prepared' AND OLD.drawer = 'shared'"
WITHIN_A_YEAR = "NEW.agreed_at BETWEEN now() - INTERVAL '1 day' AND now() + INTERVAL '400 days'"
CLINIC_DAY = (
    Bound(  # a day that there is: so many days after the first of its month is the same day
        "CASE WHEN NEW.day ~ '^20[0-9]{2}-(0[1-9]|1[0-2])-[0-3][0-9](_[a-z0-9_-]+)?$'"
        " THEN to_char(to_date(left(NEW.day, 8) || '01', 'YYYY-MM-DD')"
        " + substr(NEW.day, 9, 2)::int - 1, 'YYYY-MM-DD') = left(NEW.day, 10) END",
        yes="'2028-02-29'",
        no="'2026-02-29'",
    )
)
BOOKED = {"case_id": "'{case}'", "state": "'booked'", "holder": "''"}
PLACE = Bound("NEW.number BETWEEN 1 AND 99", yes="2", no="0")
SEAT = Bound("NEW.seat BETWEEN 1 AND 99", yes="2", no="0")
A_DAY = Bound(
    "NEW.expires_at < now() + INTERVAL '25 hours'", yes="now() + INTERVAL '1 hour'", no="'infinity'"
)
NOT_THE_DESKS = "left(OLD.lookup, 4) <> 'desk'"  # tools/vault/visit.py
THE_DESKS = "'desk' || repeat('0', 60)"

TABLES = (
    Table("django_migrations", "Whether the tables are the newest.", reads=("*",)),
    Table("office_office", "Which office a host belongs to.", reads=("*",)),
    Table("notices_notice", "What the desk published.", reads=("*",)),
    Table(
        "reports_published",
        "Of the counts: what was published.",
        reads=("id", "office_id", "fiscal_year", "month", "tables", "at"),
    ),
    Table(
        "subsidy_budget",
        "Of the year's budget: its totals.",
        reads=(
            *("id", "office_id", "fiscal_year", "budget_yen", "reserved_yen", "spent_yen"),
            *("warn_below_yen", "terms"),
        ),
    ),
    Table(
        "notices_pagecount",
        "How often a page was looked at.",
        reads=("*",),
        cells=(
            OF_OFFICE,
            Cell(
                "path",
                Answer("the page", "this bound: a page's name", "a row too many in a count"),
                insert=Bound("NEW.path ~ '^[a-z_/]{1,40}$'", yes="'guide/delete'", no="'<b>'"),
            ),
            Cell(
                "total",
                Answer(
                    "visits of a minute", "this bound: it only grows", "a count that is too high"
                ),
                insert=only("total", "0", no="9"),
                update=Bound(
                    "NEW.total BETWEEN OLD.total AND OLD.total + 100000",
                    was={"total": "10"},
                    yes="total + 1",
                    no="0",
                ),
            ),
        ),
    ),
    Table(
        "cases_case",
        "Of a case it reads state and next day; not who works on it or who may not see it, its "
        "level, its name in lists, when it was opened. A person's word makes it the desk's turn: a "
        "case opens, its day comes nearer. It never closes one, nor puts its day off, so that no "
        "case vanishes from the lists.",
        reads=("id", "office_id", "state", "next_on", "revision"),
        cells=(
            Cell("id", ROW, insert=Bound(yes="'{case}'")),
            OF_OFFICE,
            Cell(
                "short_name",
                Answer(
                    "the last digits of the receipt's number",
                    "this bound: those of the receipt",
                    "digits that fit the receipt",
                ),
                insert=Bound(
                    "EXISTS (SELECT FROM vault_receipt WHERE case_id = NEW.id"
                    " AND right(number, 5) = NEW.short_name)",
                    yes="'90128'",
                    no="'00000'",
                ),
            ),
            Cell(
                "state",
                Answer(
                    "who wrote last: rules/steps/case",
                    "this bound",
                    "a case that waits for the desk once too often",
                ),
                insert=only("state", "'received'", no="'active'"),
                update=Bound(
                    "NEW.state = OLD.state OR (NEW.state = 'active'"
                    " AND OLD.state IN ('waiting', 'closed'))",
                    was={"state": "'waiting'"},
                    yes="'active'",
                    no="'received'",
                ),
            ),
            Cell("channel", NEW, insert=only("channel", "'web'", no="'phone'")),
            Cell("level", NEW, insert=only("level", "'normal'", no="'secret'")),
            Cell(
                "urgent",
                Answer(
                    "what the person said of danger",
                    "whoever opens the case",
                    "a new request too early, or in its turn",
                ),
                insert=Bound(yes="false"),
            ),
            Cell(
                "contact_asked",
                Answer(
                    "the newest sealed wish",
                    "every list, with the desk's own column; whoever opens the case, and `verify`",
                    "連絡しない・開いて確かめる in lists, until somebody has opened the wish",
                ),
                insert=one_of("contact_asked", *CONTACT_RULES, no="<b>x"),
                update=one_of("contact_asked", *CONTACT_RULES, no="<b>x"),
            ),
            Cell(
                "contact_rule",
                Answer(
                    "the newest sealed wish, once the desk has opened it",
                    "this bound: no contact, until then",
                    "連絡しない・開いて確かめる in lists, until the wish is opened",
                ),
                insert=one_of("contact_rule", NO_CONTACT, no="phone"),
            ),
            Cell("assignee_id", DESKS, insert=nothing("assignee_id", no="gen_random_uuid()")),
            Cell("opened_at", MOMENT, insert=soon("opened_at")),
            Cell("touched_at", MOMENT, insert=soon("touched_at"), update=soon("touched_at")),
            Cell(
                "next_on",
                Answer(
                    "the next day on which the desk answers, or a day of the clinic",
                    "this bound: only earlier",
                    "a case that is looked at too early",
                ),
                insert=day("next_on", 60),
                update=Bound(
                    "NEW.next_on IS NOT DISTINCT FROM OLD.next_on OR NEW.next_on BETWEEN"
                    " DATE '2020-01-01' AND coalesce(OLD.next_on, current_date + 400)",
                    yes="current_date",
                    no="DATE '9999-12-31'",
                ),
            ),
            Cell(
                "closed_at",
                DESKS,
                insert=Bound(yes="NULL"),  # the table: a case that is not closed has none
                update=Bound(
                    "NEW.closed_at IS NULL",
                    was={"state": "'closed'", "closed_at": "DATE '2026-11-01'"},
                    yes="NULL",
                    no="DATE '2026-11-01'",
                    beside={"state": "CASE WHEN {value} IS NULL THEN 'active' ELSE state END"},
                    named=True,
                ),
            ),
            Cell(
                "closing",
                DESKS,
                insert=only("closing", "''", no="'solved'"),
                update=Bound(
                    "NEW.closing = ''",
                    was={
                        "state": "'closed'",
                        "closed_at": "DATE '2026-11-01'",
                        "closing": "'solved'",
                    },
                    yes="''",
                    no="'solved'",
                    named=True,
                ),
            ),
            Cell("revision", REVISION, insert=only("revision", "0", no="9"), update=RAISED),
        ),
        needs=("vault_receipt",),
    ),
    Table(
        "cases_consultee",
        "What the person says of themselves, when the case is opened; a change is the desk's.",
        reads=("*",),
        cells=(
            ID,
            OF_ITS_OFFICE,
            OF_A_CASE,
            Cell("number", NUMBER, insert=only("number", "1", no="2")),
            Cell("about", SEALED, insert=Bound(yes="''")),
            AT,
        ),
        needs=("cases_case",),
    ),
    Table(
        "cases_wish",
        "What the person says of how contact is safe; none in a colleague's name.",
        reads=("*",),
        cells=(
            ID,
            OF_ITS_OFFICE,
            OF_A_CASE,
            Cell("number", NUMBER, insert=counted("number", "cases_wish", "case_id")),
            Cell("wishes", SEALED, insert=Bound(yes="''")),
            Cell("by", KIND, insert=one_of("by", "consultee", no="desk")),
            AT,
            Cell("adopted", DESKS, insert=only("adopted", "false", no="true")),
        ),
        needs=("cases_case",),
    ),
    Table(
        "cases_due",
        "A day on which the desk looks at what the person did.",
        cells=(
            ID,
            OF_ITS_OFFICE,
            OF_A_CASE,
            Cell("kind", KIND, insert=one_of("kind", *DUES, no="follow_up")),
            Cell(
                "on",
                Answer(
                    "the next day on which the desk answers, or a day of the clinic",
                    "this bound; the case's own day is `next_on`, which comes only nearer",
                    "a day too many",
                ),
                insert=day("on", 400),
            ),
            Cell("how", KIND, insert=one_of("how", "next_opening", "booked", no="today")),
            Cell("why", NEW, insert=only("why", "''", no="'x'")),
            Cell("done_at", DESKS, insert=nothing("done_at", no="now()")),
        ),
        needs=("cases_case",),
    ),
    Table(
        "record_entry",
        "What it writes into a case is the person's: no answer and no note in a colleague's name. "
        "That the person saw an answer. It reads no name of who wrote one.",
        reads=("id", "office_id", "case_id", "number", "kind", "drawer", "words", "at", "seen_at"),
        cells=(
            Cell("id", ROW, insert=Bound(yes="'{entry}'")),
            OF_ITS_OFFICE,
            OF_A_CASE,
            Cell("number", NUMBER, insert=counted("number", "record_entry", "case_id")),
            Cell("kind", KIND, insert=one_of("kind", *KINDS, no="sent")),
            Cell("drawer", KIND, insert=one_of("drawer", "shared", no="staff")),
            Cell("words", SEALED, insert=Bound(yes="''")),
            Cell("staff_id", DESKS, insert=nothing("staff_id", no="gen_random_uuid()")),
            AT,
            Cell(
                "seen_at",
                Answer(
                    "the person opened the page",
                    "this bound: once, now, of what the desk sent",
                    "that an answer was seen; only the line of the reading says by whom",
                ),
                insert=nothing("seen_at", no="now()"),
                update=Bound(
                    "OLD.kind = 'sent' AND OLD.seen_at IS NULL AND NEW.seen_at"
                    " BETWEEN now() - INTERVAL '1 hour' AND now() + INTERVAL '1 hour'",
                    was={"kind": "'sent'"},
                    yes="now()",
                    no="NULL",
                ),
            ),
        ),
        needs=("cases_case",),
    ),
    Table(
        "evidence_item",
        "A file that came with an entry, handed over in the same transaction.",
        reads=("*",),
        cells=(
            Cell(
                "id",
                Answer(
                    "a file that the visit holds",
                    "this bound: a file that belongs to no case yet",
                    "a file whose name and key do not open, in its case",
                ),
                insert=Bound(
                    "EXISTS (SELECT FROM vault_heldfile WHERE id = NEW.id AND case_id IS NULL"
                    " AND left(lookup, 4) <> 'desk')",
                    yes="'{file}'",
                    no="gen_random_uuid()",
                ),
            ),
            OF_ITS_OFFICE,
            Cell("case_id", OF_CASE, insert=Bound(yes="'{case}'")),  # see `entry_id`
            Cell(
                "entry_id",
                Answer("the entry it came with", "this bound: an entry of the case", "that entry"),
                insert=Bound(
                    "EXISTS (SELECT FROM record_entry WHERE id = NEW.entry_id"
                    " AND case_id = NEW.case_id AND office_id = NEW.office_id"
                    " AND xmin = pg_current_xact_id()::xid)",
                    yes="'{entry}'",
                    no="gen_random_uuid()",
                ),
            ),
            Cell("drawer", KIND, insert=one_of("drawer", "shared", no="staff")),
            Cell("about", SEALED, insert=Bound(yes="''")),
            AT,
            Cell("locked", DESKS, insert=only("locked", "false", no="true")),
        ),
        needs=("cases_case", "record_entry", "vault_heldfile"),
    ),
    Table(
        "interviews_interview",
        "Of an interview: when, which place, of which case and whether it stands; not who of the "
        "staff booked it or keeps the place. A person books one and cancels it.",
        reads=(
            *("id", "office_id", "case_id", "on", "starts", "ends", "place", "state", "revision"),
        ),
        cells=(
            ID,
            OF_ITS_OFFICE,
            OF_A_CASE,
            Cell("on", ENTRY, insert=day("on", 400)),
            Cell("starts", ENTRY, insert=Bound(yes="TIME '10:00'")),
            Cell(
                "ends",
                ENTRY,
                insert=Bound("NEW.ends > NEW.starts", yes="TIME '11:00'", no="TIME '9:00'"),
            ),
            Cell("place", ENTRY, insert=Bound("NEW.place BETWEEN 1 AND 99", yes="1", no="0")),
            Cell(
                "state",
                ENTRY,
                insert=only("state", "'booked'", no="'came'"),
                update=Bound(
                    "NEW.state = 'cancelled' AND OLD.state = 'booked'",
                    yes="'cancelled'",
                    no="'absent'",
                ),
            ),
            Cell("wanted", SEALED, insert=Bound(yes="''")),
            Cell("staff_id", DESKS, insert=nothing("staff_id", no="gen_random_uuid()")),
            AT,
            Cell(
                "revision",
                REVISION,
                insert=only("revision", "0", no="9"),
                update=Bound(
                    RAISED.rule, yes=RAISED.yes, no=RAISED.no, beside={"state": "'cancelled'"}
                ),
            ),
        ),
        kept=(told_as("booking"),),
        needs=("cases_case", "record_entry"),
    ),
    Table(
        "clinic_booking",
        "Of a place of the clinic: which, of which case or visit, whether it stands and until "
        "when; not who of the staff booked it or keeps it, nor what another person wants.",
        reads=(
            *("id", "office_id", "case_id", "day", "number", "seat", "state", "agreed_at"),
            *("until_at", "holder", "at", "revision"),
        ),
        cells=(
            ID,
            OF_OFFICE,
            Cell(
                "case_id",
                ENTRY,
                insert=Bound(yes="NULL"),  # the table: what is held belongs to no case
                update=kept_or(
                    "case_id",
                    "OLD.case_id IS NULL AND OLD.state IN ('held', 'lapsed')"
                    " AND NEW.state IN ('asked', 'booked') AND EXISTS (SELECT FROM cases_case"
                    " WHERE id = NEW.case_id AND office_id = NEW.office_id)",
                    yes="case_id",
                    no="gen_random_uuid()",
                    **BOOKED,
                ),
            ),
            Cell("day", ENTRY, insert=CLINIC_DAY, update=CLINIC_DAY),
            Cell("number", ENTRY, insert=PLACE, update=PLACE),
            Cell("seat", ENTRY, insert=SEAT, update=SEAT),
            Cell(
                "state",
                ENTRY,
                insert=only("state", "'held'", no="'lapsed'"),
                update=Bound(
                    "CASE OLD.state"
                    " WHEN 'held' THEN NEW.state IN ('held', 'lapsed', 'asked', 'booked')"
                    " WHEN 'lapsed' THEN NEW.state = 'lapsed'"
                    " OR (OLD.case_id IS NULL AND NEW.state IN ('asked', 'booked'))"
                    " WHEN 'offered' THEN NEW.state IN ('booked', 'cancelled')"
                    " OR (NEW.state = 'lapsed' AND OLD.until_at <= now() + INTERVAL '1 minute')"
                    " WHEN 'asked' THEN NEW.state IN ('asked', 'booked', 'cancelled')"
                    " WHEN 'booked' THEN NEW.state IN ('asked', 'booked', 'cancelled')"
                    " ELSE false END",
                    was=BOOKED,
                    yes="'cancelled'",
                    no="'absent'",
                ),
            ),
            Cell("channel", NEW, insert=only("channel", "'web'", no="'phone'")),
            Cell(
                "agreed_at",
                ENTRY,
                insert=Bound(WITHIN_A_YEAR, yes="now() + INTERVAL '9 days'", no="'infinity'"),
                update=kept_or(
                    "agreed_at", WITHIN_A_YEAR, yes="now() + INTERVAL '9 days'", no="'infinity'"
                ),
            ),
            Cell(
                "until_at",
                ENTRY,
                insert=Bound(
                    "NEW.until_at < now() + INTERVAL '3 hours'",
                    yes="now() + INTERVAL '15 minutes'",
                    no="'infinity'",
                ),
                update=kept_or(
                    "until_at",
                    f"NEW.until_at IS NULL AND NEW.state NOT IN ({listed(TEMPORARY)})",
                    yes="NULL",
                    no="'infinity'",
                    **BOOKED,
                ),
            ),
            Cell(
                "holder",
                VISIT,
                insert=Bound(f"NEW.holder {HEX}", yes="repeat('0', 64)", no="''"),
                update=Bound(
                    f"NEW.holder = '' OR (NEW.case_id IS NULL AND NEW.holder {HEX})",
                    yes="repeat('1', 64)",
                    no="'x'",
                ),
            ),
            Cell(
                "wanted",
                SEALED,
                insert=only("wanted", "''", no="'x'"),
                update=kept_or(
                    "wanted",
                    "OLD.case_id IS NULL AND NEW.case_id IS NOT NULL",
                    yes="'w'",
                    no="'x'",
                    wanted="'w'",
                    **BOOKED,
                ),
            ),
            Cell("staff_id", DESKS, insert=nothing("staff_id", no="gen_random_uuid()")),
            Cell(
                "at",
                MOMENT,
                insert=soon("at"),
                update=kept_or("at", soon("at").rule, yes="now()", no="'infinity'"),
            ),
            Cell("reminded_at", DESKS, insert=nothing("reminded_at", no="now()")),
            Cell("reminded_of", DESKS, insert=nothing("reminded_of", no="now()")),
            Cell("outcome_at", DESKS, insert=nothing("outcome_at", no="now()")),
            Cell(
                "agreed_before_at",
                DESKS,
                insert=nothing("agreed_before_at", no="now()"),
                update=Bound("NEW.agreed_before_at IS NULL", yes="NULL", no="now()", named=True),
            ),
            Cell("written_at", DESKS, insert=nothing("written_at", no="now()")),
            Cell("revision", REVISION, insert=only("revision", "0", no="9"), update=RAISED),
        ),
        kept=(told_as("clinic", "UPDATE", "NEW.case_id IS NULL OR NEW.state = 'lapsed'"),),
        needs=("cases_case", "record_entry"),
    ),
    Table(
        "clinic_waiting",
        "Of the waiting list: one's turn.",
        reads=("id", "office_id", "case_id", "day", "state", "said", "at", "revision"),
        cells=(
            ID,
            OF_ITS_OFFICE,
            OF_A_CASE,
            Cell(
                "day",
                TURN,
                insert=Bound(
                    f"NEW.day = '' OR {CLINIC_DAY.rule}", yes=CLINIC_DAY.yes, no=CLINIC_DAY.no
                ),
            ),
            Cell(
                "state",
                TURN,
                insert=only("state", "'waiting'", no="'offered'"),
                update=Bound(
                    "OLD.state = 'waiting' AND NEW.state = 'left'", yes="'left'", no="'offered'"
                ),
            ),
            Cell("said", SEALED, insert=Bound("NEW.said IS NOT NULL", yes="''", no="NULL")),
            AT,
            Cell("revision", NEW, insert=only("revision", "0", no="9")),
        ),
        needs=("cases_case",),
    ),
    Table(
        "referrals_referral",
        "Of a referral: what the person is asked to approve; that they said yes or no.",
        reads=("id", "office_id", "case_id", "drawer", "state", "details", "approval", "at"),
        cells=(
            Cell(
                "state",
                ENTRY,
                update=kept_or(
                    "state",
                    f"NEW.state = 'withdrawn' AND {WAITS_FOR_THE_PERSON}",
                    yes="'withdrawn'",
                    no="'given'",
                ),
            ),
            Cell(
                "approval",
                SEALED,
                update=kept_or(
                    "approval",
                    f"OLD.approval = '' AND {WAITS_FOR_THE_PERSON}",
                    yes="'x'",
                    no="'y'",
                    approval="'x'",
                ),
            ),
            Cell(
                "due_on",
                DESKS,
                update=Bound(
                    "NEW.due_on IS NULL AND NEW.state = 'withdrawn'",
                    yes="NULL",
                    no="DATE '9999-12-31'",
                    beside={"state": "'withdrawn'"},
                    named=True,
                ),
            ),
        ),
        kept=(told_as("referral", "UPDATE"),),
        needs=("cases_case", "record_entry"),
        besides={
            "id": "gen_random_uuid()",
            "office_id": "'{office}'",
            "case_id": "'{case}'",
            "drawer": "'shared'",
            "state": "'prepared'",
            "details": "''",
            "approval": "''",
            "staff_id": "gen_random_uuid()",
            "at": "now()",
        },
    ),
    Table(
        "subsidy_draft",
        "An application that the person has begun.",
        reads=("*",),
        cells=(
            ID,
            Cell(
                "office_id",
                UNMOVED,
                insert=OF_ITS_OFFICE.insert,
                update=same("office_id", no="gen_random_uuid()"),
            ),
            Cell(
                "case_id",
                UNMOVED,
                insert=OF_A_CASE.insert,
                update=same("case_id", no="gen_random_uuid()"),
            ),
            Cell("told", SEALED, insert=Bound(yes="''"), update=Bound(yes="'x'")),
            Cell("at", MOMENT, insert=soon("at"), update=soon("at")),
        ),
        needs=("cases_case",),
    ),
    Table(
        "subsidy_grant",
        "Of a grant: where it is. It moves by a step that the person takes, and by no more.",
        reads=(
            *("id", "office_id", "case_id", "state", "channel", "sent_at", "received_on"),
            *("fiscal_year", "number", "revision"),
        ),
        cells=(
            Cell("id", ROW, insert=Bound(yes="'{grant}'")),
            OF_ITS_OFFICE,
            OF_A_CASE,
            Cell(
                "state",
                STEPS,
                insert=only("state", "'sent'", no="'paid'"),
                update=Bound(
                    "NEW.state = (SELECT state FROM subsidy_step WHERE grant_id = NEW.id"
                    " AND staff_id IS NULL AND xmin = pg_current_xact_id()::xid"
                    " ORDER BY number DESC LIMIT 1)",
                    yes="'withdrawn'",
                    no="'paid'",
                    beside={"revision": "1"},
                ),
            ),
            Cell("channel", NEW, insert=only("channel", "'web'", no="'paper'")),
            Cell("sent_at", MOMENT, insert=soon("sent_at")),
            Cell(
                "received_on",
                DESKS,
                insert=Bound(
                    "NEW.received_on IS NULL",
                    yes="NULL",
                    no="current_date",
                    beside={"fiscal_year": "2026", "number": "1"},
                ),
            ),
            Cell("fiscal_year", DESKS, insert=Bound(yes="NULL")),  # the table: when received
            Cell("number", DESKS, insert=Bound(yes="NULL")),  # the same
            Cell(
                "revision",
                STEPS,
                insert=only("revision", "0", no="9"),
                update=Bound(
                    "NEW.revision = OLD.revision + 1",
                    yes="revision + 1",
                    no="revision + 9",
                    beside={"state": "'withdrawn'"},
                ),
            ),
        ),
        kept=(
            Kept(
                "INSERT",
                "EXISTS (SELECT FROM subsidy_step WHERE grant_id = NEW.id)",
                "without a step",
                "subsidy_step",
            ),
        ),
        needs=("cases_case",),
        then=("subsidy_step",),
    ),
    Table(
        "subsidy_step",
        "What happened to a grant, by the person; what staff sealed opens to no receipt.",
        reads=(
            *("id", "office_id", "case_id", "grant_id", "number", "verb", "state", "on"),
            *("staff_id", "drawer", "told", "shown", "at"),
        ),
        cells=(
            ID,
            OF_ITS_OFFICE,
            Cell("case_id", OF_CASE, insert=Bound(yes="'{case}'")),  # see `grant_id`
            Cell(
                "grant_id",
                STEPS,
                insert=Bound(
                    "EXISTS (SELECT FROM subsidy_grant WHERE id = NEW.grant_id"
                    " AND case_id = NEW.case_id AND office_id = NEW.office_id)",
                    yes="'{grant}'",
                    no="gen_random_uuid()",
                ),
            ),
            Cell("number", STEPS, insert=counted("number", "subsidy_step", "grant_id")),
            Cell(
                "verb",
                STEPS,
                insert=one_of(
                    "verb",
                    *("withdraw", "apply", "complete", "contract", "report", "claim"),
                    no="decide",
                ),
            ),
            Cell(
                "state",
                STEPS,
                insert=one_of(
                    "state",
                    *("withdrawn", "sent", "received", "contracted", "reported", "claimed"),
                    no="paid",
                ),
            ),
            Cell("on", STEPS, insert=day("on", 1)),
            Cell("staff_id", STEPS, insert=nothing("staff_id", no="gen_random_uuid()")),
            Cell("drawer", STEPS, insert=one_of("drawer", "shared", no="staff")),
            Cell("told", SEALED, insert=Bound(yes="''")),
            Cell("shown", DESKS, insert=only("shown", "''", no="'x'")),
            Cell("at", STEPS, insert=soon("at")),
        ),
        needs=("cases_case", "subsidy_grant"),
    ),
    Table(
        "enquiry_enquiry",
        "A question about a page; it reads none.",
        cells=(
            ID,
            OF_OFFICE,
            Cell("words", SEALED, insert=Bound(yes="''")),
            Cell("answer", DESKS, insert=only("answer", "''", no="'x'")),
            Cell("ended", DESKS, insert=only("ended", "''", no="'read'")),
            Cell("noticed", DESKS, insert=only("noticed", "false", no="true")),
            Cell("undelivered", DESKS, insert=only("undelivered", "false", no="true")),
            AT,
            Cell("ended_at", DESKS, insert=nothing("ended_at", no="now()")),
            Cell("sent_at", DESKS, insert=nothing("sent_at", no="now()")),
            Cell("forget_on", DESKS, insert=nothing("forget_on", no="current_date")),
        ),
    ),
    Table(
        "vault_drawerkey",
        "The keys of a new drawer: a letter to the office, a wrap for the person. None to a case "
        "that is there, none in the office's or a colleague's hand.",
        reads=("*",),
        cells=(
            ID,
            OF_OFFICE,
            NO_CASE_YET,
            Cell("drawer", NOT_YET, insert=one_of("drawer", "shared", "loose", no="staff")),
            Cell("by", NOT_YET, insert=one_of("by", "letter", "receipt", no="office")),
            Cell(
                "generation",
                KEYS,
                insert=Bound(
                    "EXISTS (SELECT FROM vault_officekey WHERE generation = NEW.generation)",
                    yes="1",
                    no="7",
                ),
            ),
            Cell("blob", KEYS, insert=Bound(yes="''")),
        ),
    ),
    Table(
        "vault_receipt",
        "What proves that somebody holds the receipt of a new case.",
        reads=("*",),
        cells=(
            ID,
            OF_OFFICE,
            NO_CASE_YET,
            Cell(
                "number",
                KEYS,
                insert=Bound("NEW.number ~ '^[0-9]{13}$'", yes="'1234567890128'", no="'x'"),
            ),
            Cell(
                "salt",
                KEYS,
                insert=Bound("octet_length(NEW.salt) = 16", yes=zeros(16), no="''"),
            ),
            Cell(
                "memory_kib",
                COST,
                insert=Bound("NEW.memory_kib BETWEEN 1 AND 262144", yes="65536", no="9999999"),
            ),
            Cell("passes", COST, insert=Bound("NEW.passes BETWEEN 1 AND 9", yes="3", no="999")),
            Cell(
                "verifier",
                KEYS,
                insert=Bound("octet_length(NEW.verifier) = 32", yes=zeros(32), no="''"),
            ),
            Cell(
                "commitment",
                KEYS,
                insert=Bound("octet_length(NEW.commitment) = 32", yes=zeros(32), no="''"),
            ),
        ),
        kept=(
            Kept(
                "INSERT",
                "EXISTS (SELECT FROM cases_case WHERE id = NEW.case_id"
                " AND xmin = pg_current_xact_id()::xid)",
                "without its case",
                "cases_case",
            ),
        ),
    ),
    Table(
        "vault_visit",
        "What a visit holds between two pages, until it is over.",
        reads=("*",),
        cells=(
            ID,
            Cell("office_id", OFFICE, insert=OF_OFFICE.insert, update=OF_OFFICE.insert),
            Cell(
                "lookup",
                VISIT,
                insert=Bound(f"NEW.lookup {HEX}", yes="repeat('0', 64)", no="'x'"),
            ),
            Cell("kind", VISIT, insert=one_of("kind", "draft", "done", "opened", no="key")),
            Cell("blob", VISIT, insert=Bound(yes="''"), update=Bound(yes="'x'")),
            Cell(
                "expires_at",
                VISIT,
                insert=A_DAY,
                update=replace(A_DAY, rule=f"{A_DAY.rule} AND {NOT_THE_DESKS}"),
            ),
        ),
        delete=Removal(VISIT, Bound(NOT_THE_DESKS, was={"lookup": THE_DESKS})),
    ),
    Table(
        "vault_heldfile",
        "A file is the visitor's to take back until it is handed over to a case, once; then no row "
        "of it changes.",
        reads=("*",),
        cells=(
            Cell("id", ROW, insert=Bound(yes="'{file}'")),
            OF_OFFICE,
            Cell(
                "lookup",
                VISIT,
                insert=Bound(f"NEW.lookup {HEX}", yes="repeat('0', 64)", no="'x'"),
                update=Bound(
                    f"NEW.lookup = '' OR NEW.lookup {HEX}", yes="repeat('1', 64)", no="'x'"
                ),
            ),
            Cell(
                "case_id",
                HANDED,
                insert=nothing("case_id", no="'{case}'"),
                update=Bound(
                    f"OLD.case_id IS NULL AND {NOT_THE_DESKS} AND (NEW.case_id IS NULL OR EXISTS"
                    " (SELECT FROM evidence_item WHERE id = NEW.id AND case_id = NEW.case_id"
                    " AND xmin = pg_current_xact_id()::xid))",
                    yes="NULL",
                    no="'{case}'",
                ),
            ),
            Cell(
                "stored_bytes",
                BYTES,
                insert=Bound(
                    f"NEW.stored_bytes BETWEEN 1 AND {limits.BYTES_OF_A_BODY} AND NEW.stored_bytes"  # noqa: S608 - numbers of ours
                    " + (SELECT coalesce(sum(stored_bytes), 0) FROM vault_heldfile WHERE shared"
                    " AND office_id = NEW.office_id AND at > now() - INTERVAL '1 day')"
                    f" <= {limits.DAY_BYTES}",
                    yes="64",
                    no=str(limits.BYTES_OF_A_BODY + 1),
                    alone=True,
                ),
            ),
            Cell(
                "sealed_sha256",
                BYTES,
                insert=Bound("octet_length(NEW.sealed_sha256) = 32", yes=zeros(32), no="''"),
            ),
            Cell("shared", NEW, insert=only("shared", "true", no="false")),
            Cell("about", VISIT, insert=Bound(yes="''"), update=Bound(yes="'x'")),
            AT,
        ),
        delete=Removal(
            TAKEN_BACK,
            Bound(f"OLD.case_id IS NULL AND {NOT_THE_DESKS}", was={"case_id": "'{case}'"}),
        ),
    ),
    Table(
        "audit_line",
        "Of the audit it reads what the lines of a case say of its sealed values; not who of the "
        "staff did what, and when. It adds lines of what a person does, and none of a colleague; "
        "no number is taken in advance.",
        reads=("case_id", "seq", "seals"),
        cells=(
            ID,
            Cell("office_id", OFFICE, insert=Bound(yes="'{office}'")),  # see `seq`
            Cell(
                "seq",
                CHAIN,
                insert=Bound(
                    "NEW.seq = 1 + (SELECT seq FROM audit_head WHERE office_id = NEW.office_id)",
                    yes="1",
                    no="900000",
                ),
            ),
            AT,
            Cell("role", LINE, insert=one_of("role", "consultee", no="supervisor")),
            Cell("staff_id", LINE, insert=nothing("staff_id", no="gen_random_uuid()")),
            Cell("verb", LINE, insert=one_of("verb", *VERBS, no="case.forget")),
            Cell("case_id", LINE, insert=Bound(yes="'{case}'")),
            Cell("outcome", LINE, insert=one_of("outcome", "done", "absent", no="read")),
            Cell(
                "seals",
                LINE,
                insert=Bound(
                    "jsonb_typeof(NEW.seals) = 'object' AND NOT jsonb_path_exists(NEW.seals,"
                    """ '$.* ? (!(@.type() == "string") || !(@ like_regex "^[0-9a-f]{32}$"))')""",
                    yes="'{}'",
                    no="'[1]'",
                ),
            ),
            Cell(
                "told",
                LINE,
                insert=Bound(
                    "NEW.told - ARRAY['grant_year', 'grant_number', 'state'] = '{}'"
                    " AND length(NEW.told::text) < 200"
                    " AND coalesce((NEW.told -> 'grant_year')::text, '2000') ~ '^20[0-9]{2}$'"
                    " AND coalesce((NEW.told -> 'grant_number')::text, '1') ~ '^[1-9][0-9]{0,4}$'"
                    " AND coalesce(NEW.told ->> 'state', 'active') = 'active'",
                    yes="""'{"state": "active"}'""",
                    no="""'{"state": "closed"}'""",
                ),
            ),
            Cell(
                "before",
                CHAIN,
                insert=Bound(
                    "NEW.before = (SELECT hash FROM audit_head WHERE office_id = NEW.office_id)",
                    yes=zeros(32),
                    no="''",
                ),
            ),
            Cell(
                "hash",
                CHAIN,
                insert=Bound("octet_length(NEW.hash) = 32", yes=zeros(32), no="''"),
            ),
            Cell("mac", LINE, insert=nothing("mac", no="''")),
        ),
        kept=(
            Kept(
                "INSERT",
                "EXISTS (SELECT FROM audit_head"
                " WHERE office_id = NEW.office_id AND seq >= NEW.seq)",
                "without the head, so that no act could follow",
                "UPDATE audit_head SET seq = 1",
            ),
            Kept(
                "INSERT",
                as_it_is(),
                "with a hash that is not of what the case holds",
                "UPDATE record_entry SET words = 'w'",
                beside={
                    "seals": "jsonb_build_object('{entry}/entry',"
                    " left(encode(sha256('w'), 'hex'), 32))"
                },
            ),
        ),
        needs=("audit_head", "cases_case", "record_entry"),
    ),
    Table(
        "audit_head",
        "The last line of an office. It moves to the line that was added, and no further.",
        reads=("*",),
        cells=(
            OF_OFFICE,
            Cell(
                "seq",
                CHAIN,
                insert=only("seq", "0", no="5"),
                update=Bound(yes="1"),  # the number of a line: see the hash
            ),
            Cell(
                "hash",
                CHAIN,
                insert=only("hash", zeros(32), no="''"),
                update=Bound(
                    "NEW.seq = OLD.seq + 1 AND EXISTS (SELECT FROM audit_line WHERE office_id ="
                    " NEW.office_id AND seq = NEW.seq AND before = OLD.hash AND hash = NEW.hash)",
                    yes=zeros(32),
                    no="''",
                    beside={"seq": "1"},
                ),
            ),
        ),
        then=("audit_line",),
    ),
    Table(
        "act_once",
        "That a person's act was done under its key. What came of an earlier one it asks by its "
        "key (act_earlier); of the desk's acts it reads neither verb nor time.",
        reads=("id",),  # the database gives back what it fills in
        cells=(
            OF_OFFICE,
            Cell("key", ONCE, insert=Bound(yes="'x'")),
            Cell("verb", ONCE, insert=one_of("verb", *VERBS, no="case.answer")),
            Cell("result_id", ONCE, insert=Bound(yes="gen_random_uuid()")),
            AT,
        ),
    ),
    Table(
        "mail_outgoing",
        "A mail that a request was received; that there is an answer, only the desk says.",
        cells=(
            ID,
            OF_ITS_OFFICE,
            OF_A_CASE,
            Cell("template", MAIL, insert=one_of("template", "received", no="answered")),
            AT,
            Cell("sent_at", DESKS, insert=nothing("sent_at", no="now()")),
            Cell("withheld", DESKS, insert=only("withheld", "''", no="'wishes'")),
        ),
        needs=("cases_case",),
    ),
    Table(
        "later_job",
        "What the worker does after a person's act, by name and id.",
        reads=("by_portal",),  # the database gives back what it fills in
        cells=(
            ID,
            Cell("name", JOB, insert=one_of("name", *JOBS, no="intake.enquiry.send")),
            Cell(
                "subject_id",
                JOB,
                insert=Bound(
                    " OR ".join(
                        f"EXISTS (SELECT FROM {table} WHERE id = NEW.subject_id)"
                        for table in SUBJECTS
                    ),
                    yes="'{case}'",
                    no="gen_random_uuid()",
                ),
            ),
            Cell("run_at", JOB, insert=soon("run_at")),
            Cell("tries", DESKS, insert=only("tries", "0", no="9")),
            Cell("fence", DESKS, insert=only("fence", "0", no="9")),
            Cell("lease_until", DESKS, insert=nothing("lease_until", no="now()")),
            Cell("done_at", DESKS, insert=nothing("done_at", no="now()")),
            Cell("failed", DESKS, insert=only("failed", "''", no="'x'")),
            Cell(
                "by_portal",
                Answer(
                    "the window that asks",
                    "this bound: the portal's own",
                    "the alarm for jobs that are too many; its own are done first",
                ),
                insert=only("by_portal", "true", no="false"),
            ),
        ),
        kept=(
            Kept(
                "INSERT",
                "(SELECT count(*) FROM later_job WHERE by_portal AND done_at IS NULL)"  # noqa: S608 - a number of ours
                f" <= {MOST_JOBS}",
                "beyond those that may wait",
                met="DELETE FROM later_job",
                there="INSERT INTO later_job (id, name, subject_id, run_at, tries, fence, failed,"  # noqa: S608 - the same
                " by_portal) SELECT gen_random_uuid(), 'cases.adopt', '{case}', now(), 0, 0, '',"
                f" true FROM generate_series(1, {MOST_JOBS})",
                alone=True,
            ),
        ),
        needs=("cases_case",),
    ),
)
