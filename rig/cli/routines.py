"""`rig routines`: the documented technique, with the source of every number, and a check for one's own.

The rule: what is shown comes from the routine's data alone; nothing about technique is worded here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, get_args

import msgspec
import typer
from rich.text import Text

from rig.cli.output import JsonOption, console, give_json, table
from rig.cli.targets import keep_apart
from rig.technique.routine.facts import facts
from rig.technique.routine.loading import builtin_routines, load_routine
from rig.technique.routine.routine import Quantity

if TYPE_CHECKING:
    from rich.console import Console

    from rig.technique.routine.routine import Disagreement, Routine, Step

app = typer.Typer(help="The documented technique, with its sources.")


@app.callback(invoke_without_command=True)
def list_routines(context: typer.Context, json: JsonOption = None) -> None:
    """Name the built-in routines."""
    if context.invoked_subcommand is not None:
        return
    routines = [load_routine(name) for name in builtin_routines()]
    if json:
        give_json([{"name": r.name, "title": r.title, "steps": len(r.steps), "about": r.about} for r in routines], json)
        return
    rows = [(r.name, len(r.steps), r.title, r.about) for r in routines]
    console().print(table("", ("routine", "steps", "title", "about"), rows))


@app.command()
def show(
    routine: Annotated[str, typer.Argument(metavar="ROUTINE", help="A built-in routine's name or a routine file.")],
    json: JsonOption = None,
) -> None:
    """Show a routine step by step: what to do, within which limits, and who says so."""
    keep_apart("--json", json, [routine])
    shown = load_routine(routine)
    if json:
        give_json(_as_json(shown), json)
        return
    out = console()
    out.print(Text.assemble((shown.title, "bold"), f" ({shown.called}, after {shown.document})"))
    out.print(Text(shown.about))
    if shown.checklist:
        out.print()
        out.print(Text.assemble(("Before starting", "bold"), " (no sensor sees these)"))
        for item in shown.checklist:
            out.print(Text.assemble(f"  [ ] {item.about}", (f" ({item.source})", "dim")))
    for step in shown.steps:
        _show_step(out, shown, step)
    out.print()
    for rule in shown.rules:
        out.print(Text.assemble(("Throughout: ", "bold"), rule.about, (f" ({rule.source})", "dim")))
    if (length := shown.whole_length) is not None:
        out.print(Text.assemble(("Length of the whole: ", "bold"), length.text, (f" ({length.source})", "dim")))
    for conflict in shown.disagreements:
        if not conflict.steps:
            _show_conflict(out, conflict)


@app.command()
def check(file: Annotated[str, typer.Argument(metavar="FILE", help="A routine file.")]) -> None:
    """Check a routine file; a mistake is named with its line."""
    routine = load_routine(file)
    console().print(f"{file}: sound; '{routine.called}' with {len(routine.steps)} steps")


def _as_json(routine: Routine) -> dict[str, Any]:
    """The routine's data with each step's wanted bands worked out."""
    shown: dict[str, Any] = msgspec.to_builtins(routine)
    for entry, step in zip(shown["steps"], routine.steps, strict=True):
        entry["wanted"] = {
            quantity: msgspec.to_builtins(band)
            for quantity in get_args(Quantity)
            if (band := routine.wanted(step, quantity)) is not None
        }
        entry["spine"] = msgspec.to_builtins(routine.spine_of(step))
    return shown


def _show_step(out: Console, routine: Routine, step: Step) -> None:
    out.print()
    out.print(Text.assemble((f"{step.id}  {step.title}", "bold"), (f" ({step.source})", "dim")))
    out.print(Text(f"  {step.about}"))
    rows = [(f"  {fact.about}", fact.asked, fact.source) for fact in facts(routine, step)]
    out.print(table("", ("  fact", "asked for", "source, where not the step's own"), rows))
    if step.unseen:
        out.print(Text(f"  Not judged, because the pad cannot see it: {', '.join(step.unseen)}.", style="dim"))
    for conflict in routine.disagreements_on(step):
        if conflict.steps:
            _show_conflict(out, conflict)


def _show_conflict(out: Console, conflict: Disagreement) -> None:
    topic = f"{conflict.topic[0].lower()}{conflict.topic[1:]}"
    out.print(Text.assemble((f"  The documents disagree on {topic}: ", "bold"), conflict.about))
    out.print(Text.assemble(f"  Coached: {conflict.coached}", (f" ({'; '.join(conflict.sources)})", "dim")))
