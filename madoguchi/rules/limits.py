"""How much may come at once, from one network and in one day (受け取る量の上限).

The house's own numbers: they keep one sender from using up what is there for everybody. A city
decides none of them; docs/configuration.md shows them, and a test keeps both in step.
"""

MEGABYTE = 1024 * 1024

WORDS_A_FIELD = 20_000
"""Characters of one answer; more is shown again with a sentence and cannot be sent."""
WORDS_A_DRAFT = 60_000
"""Characters that a draft keeps of all answers; what is longer stays on the person's page."""
LETTERS_A_PAPER = 300_000
"""Characters of one paper, some 200 pages; a longer one is not made."""
BYTES_OF_WORDS = 2 * MEGABYTE
"""Bytes of a form without its files; more is not read (413)."""

FILES_A_REQUEST = 10
FILES_A_CASE = 20
BYTES_A_CASE = 200 * MEGABYTE
"""Bytes of all files of a case, whether they come in one message or in several."""
BYTES_A_MAIL = 50 * MEGABYTE
"""Bytes of one mail as it came, with everything in it."""
BYTES_OF_A_BODY = 260 * MEGABYTE
"""Bytes that a request may announce; more is not read (413)."""

DAY_BYTES = 2048 * MEGABYTE
"""Bytes of files that an office takes in a day; of what the others have left of them, one network
may use half, so that no number of senders uses them up."""
DAY_DRAFTS = 300
"""Requests that one network may begin in a day."""
DAY_ENQUIRIES = 30
"""Questions about a page that one network may ask in a day."""
HELD_PLACES = 2
"""Places of the clinic that one network may hold at once, so that none holds a whole day."""
DAY_HOLDS = 60
"""Places of the clinic for which one network may reach in a day, whether it gets them or not."""
DAY_BOOKINGS = 4
"""Requests for a place of the clinic that one network may send in a day, without a receipt."""
MAILS_OF_A_DAY = 3
"""Mails that a request has come which one mailbox gets in a day, whoever filed how many."""

BODIES = 16
"""Requests with words that are served at once; the rest of the threads serve pages."""
BODIES_OF_A_NETWORK = 8
BODIES_OF_NEWCOMERS = 4
"""The last of `BODIES`: for networks that have no place yet."""
BODIES_WAITING = 8
"""Requests with words that wait for a place while there is none, one of each network."""
BODY_PATIENCE_S = 2
"""For how long they wait, in seconds."""
LARGE = 200_000
"""Bytes from which the proxy passes a body on as it comes; below, only whole ones (nginx.conf)."""
LARGE_BODIES = 16
"""Bodies of `LARGE` bytes or more on their way at once, beside the words: a process for each."""
LARGE_BODIES_OF_A_NETWORK = 4
LARGE_BODY_MINUTES = 30
"""How long such a body may take; what is slower is cut."""
