"""`rig routines`: the documented technique, with the source of every number, and a check for one's own.

The rule: what is shown comes from the routine's data alone; nothing about technique is worded here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, get_args

import msgspec
import typer

from rig.cli.output import JsonOption, console, give_json, table
from rig.technique.loading import builtin_routines, load_routine
from rig.technique.routine import Quantity

if TYPE_CHECKING:
    from rich.console import Console

    from rig.technique.routine import Routine, Step

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
    routine: Annotated[str, typer.Argument(help="A built-in routine's name or a routine file.")],
    json: JsonOption = None,
) -> None:
    """Show a routine step by step: what to do, within which limits, and who says so."""
    shown = load_routine(routine)
    if json:
        give_json(as_json(shown), json)
        return
    out = console()
    out.print(f"[bold]{shown.title}[/bold] ({shown.name}, after {shown.document})")
    out.print(shown.about)
    if shown.checklist:
        out.print("\n[bold]Before starting[/bold] (no sensor sees these)")
        for item in shown.checklist:
            out.print(f"  [ ] {item.about}", markup=False)
    for step in shown.steps:
        _show_step(out, shown, step)
    for rule in shown.rules:
        out.print(f"\n[bold]Throughout:[/bold] {rule.about} [dim]({rule.source})[/dim]")
    for conflict in shown.disagreements:
        out.print(f"\n[bold]The documents disagree on {conflict.topic.lower()}:[/bold] {conflict.about}")
        out.print(f"  Coached: {conflict.coached} [dim]({'; '.join(conflict.sources)})[/dim]")


@app.command()
def check(file: Annotated[str, typer.Argument(metavar="FILE", help="A routine file.")]) -> None:
    """Check a routine file; a mistake is named with its line."""
    routine = load_routine(file)
    console().print(f"{file}: sound; '{routine.name}' with {len(routine.steps)} steps")


def as_json(routine: Routine) -> dict[str, Any]:
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
    out.print(f"\n[bold]{step.id}  {step.title}[/bold] [dim]({step.source})[/dim]")
    out.print(f"  {step.about}")
    rows = []
    if step.directions:
        rows.append(("direction", ", ".join(step.directions), ""))
    if step.zones:
        rows.append(("where", ", ".join(step.zones), ""))
    for quantity in get_args(Quantity):
        band = routine.wanted(step, quantity)
        if band is not None:
            rows.append((quantity, band.text, band.source))
    spine = routine.spine_of(step)
    rows.append(("spine", spine.policy, spine.source))
    out.print(table("", ("  fact", "limits", "source"), [("  " + fact, limits, said) for fact, limits, said in rows]))
    if step.unseen:
        out.print(f"  [dim]Not judged, because the pad cannot see it: {', '.join(step.unseen)}.[/dim]")
