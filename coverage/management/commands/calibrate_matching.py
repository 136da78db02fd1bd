"""`manage.py calibrate_matching [--street CODE] [--keep]`: weights learnt from what persons settled, before and after."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from coverage.comparison import calibrating
from coverage.matching.calibration import Worth
from coverage.matching.weights import BASE, BY_KEY
from shimen import clock
from shimen.errors import DomainError
from shimen.territory.models import Street


class Command(BaseCommand):
    help = "用人工认定过的存疑行校准比对的权重：先列出校准前后，加 --keep 才保存为这个街道的新版。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--street", help="街道代码；只有一个街道时不用写")
        parser.add_argument("--keep", action="store_true", help="保存，以后按新的权重比对")

    def handle(self, *args: Any, **options: Any) -> None:
        streets = Street.objects.filter(code=options["street"]) if options["street"] else Street.objects.all()
        found = list(streets[:2])
        if len(found) != 1:
            raise CommandError("没有这个街道。" if not found else "有几个街道，请用 --street 写明代码。")
        try:
            proposal = calibrating.propose(found[0])
            self._show(proposal)
            if options["keep"]:
                edition = calibrating.keep(street=found[0], proposal=proposal, actor=None, at=clock.now())
                self.stdout.write(f"已保存为第 {edition.version} 版。")
        except DomainError as error:
            raise CommandError(str(error)) from None

    def _show(self, proposal: calibrating.Proposal) -> None:
        self.stdout.write(f"依据 {proposal.found.before.rows} 行。校准后的数是在没有用来校准的另一半行上量的。")
        for name, worth in (("校准前", proposal.found.before), ("校准后", proposal.found.after)):
            self.stdout.write(f"  {name}  {_words(worth)}")
        for key, value in proposal.found.weights.items():
            old = proposal.start[key]
            if abs(value - old) >= 0.05:
                label = BY_KEY[key].sentence.partition("：")[0] or ("起点" if key == BASE else key)
                self.stdout.write(f"  {label}（{key}）  {old:+.2f} → {value:+.2f}，{proposal.found.seen[key]} 行里有")


def _words(worth: Worth) -> str:
    return (
        f"平均意外 {worth.surprise:.3f}，认对 {worth.right:.1%}，"
        f"预先勾选且对 {worth.surely_right} 行，预先勾选却错 {worth.wrongly_sure} 行"
    )
