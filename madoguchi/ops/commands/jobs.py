"""Jobs that keep failing: what they are, and how one that can only fail is given up."""

import argparse
import sys
from uuid import UUID

from madoguchi.ops import start

HELP = "うまくいかない自動処理を見る、やめる"
VERB = "job.end"
WAITS = "原因（ネットワーク、ディスク、メールの中継）を直すと、30分以内に自動で終わります"
GIVE_UP = "直らないものは作った会社に知らせ、やめるなら madoguchi-desk jobs end 窓口の名前 番号"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", nargs="?", choices=("end",), help="書かなければ、一覧を出す")
    parser.add_argument("office", nargs="?", help="どの窓口の操作記録に残すか")
    parser.add_argument("job", nargs="?", type=UUID, help="一覧に出る番号")


def run(args: argparse.Namespace) -> int:
    """Of the list: 1 when there is one. Of an end: 0 when it is given up, 1 when it was declined.

    Raises:
        Misconfigured: no such office.
    """
    start.django("desk")
    if args.what == "end":
        return end(args)
    from madoguchi.ops.databases import typed
    from madoguchi.ops.diagnostics.result import wrong
    from madoguchi.tools.later import queue

    failing = list(queue.failing())
    for job in failing:
        found = f"{job.tries} 回できませんでした（{job.failed}）"
        sys.stdout.write(f"{wrong(f'{job.name} {job.id}', found, '').line}\n")
    if failing:
        sys.stdout.write(f"→ {WAITS}。{typed(GIVE_UP)}\n")
    sys.stdout.write(f"要対応 {len(failing)} 件\n")
    return 1 if failing else 0


def end(args: argparse.Namespace) -> int:
    """A colleague signs; the desk is told of the mail that is not sent."""
    from madoguchi.ops import accounts, prepare
    from madoguchi.tools.audit import chain
    from madoguchi.tools.later import queue
    from madoguchi.tools.office.actor import Actor
    from madoguchi.tools.transaction import transaction
    from madoguchi.web.kit.arrival import now
    from madoguchi.work.intake.enquiry import jobs as enquiries
    from madoguchi.work.record import jobs as record

    office, moment = prepare.existing_office(args.office or ""), now()
    job = queue.failing().filter(pk=args.job).first()
    if job is None:
        sys.stderr.write(f"{args.job}：うまくいかない自動処理の中に、ありません\n")
        return 1
    try:
        row = accounts.signed(office, VERB, moment)
    except accounts.Declined as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    left = {"record.tell": record.untold, "intake.enquiry.send": enquiries.untold}
    with transaction():
        queue.give_up(job, moment)
        if job.name in left:
            left[job.name](job.subject_id, now=moment)
        told: dict[str, str | int] = {"job": job.name}
        actor = Actor(office.id, row.role, row.id)
        chain.append(actor, VERB, None, outcome="done", now=moment, told=told)
    sys.stdout.write(f"{job.name} {job.id}：やめました\n")
    return 0
