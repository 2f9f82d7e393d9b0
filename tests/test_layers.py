"""The house rule of DESIGN: a module imports only from layers below its own, or from its own package."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "rig"

LAYERS: tuple[tuple[str, ...], ...] = (
    ("errors", "clock"),
    ("frame", "pad"),
    ("wire", "back"),
    ("transport", "recording", "workspace"),
    ("calibration", "virtual"),
    ("device", "analysis"),
    ("technique",),
    ("session", "report", "performance"),
    ("gui",),
    ("cli",),
)
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
MODULES = sorted(path for path in ROOT.rglob("*.py") if path.name != "__main__.py")


def _part(module: str) -> str | None:
    pieces = module.split(".")
    return pieces[1] if pieces[0] == "rig" and len(pieces) > 1 else None


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            assert node.module is not None
            # `from package import module` leans on that module; any other name on the package itself.
            for alias in node.names:
                inner = ROOT.parent.joinpath(*node.module.split("."), alias.name)
                is_module = inner.with_suffix(".py").is_file() or (inner / "__init__.py").is_file()
                found.add(f"{node.module}.{alias.name}" if is_module else node.module)
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_only_from_layers_below(path: Path) -> None:
    own = path.relative_to(ROOT).parts[0].removesuffix(".py")
    if own == "__init__":
        return
    assert own in LEVEL, f"{own} has no layer"
    for module in _imports(path):
        part = _part(module)
        if part is not None and part != own:
            assert LEVEL[part] < LEVEL[own], f"rig.{own} (layer {LEVEL[own]}) imports {module} (layer {LEVEL[part]})"
        if module.split(".")[0] in {"PySide6", "pyqtgraph"}:
            assert own == "gui", f"Qt is imported in gui/ only, not in {own}"
        if module.split(".")[0] in {"typer", "rich"}:
            assert own in {"gui", "cli"}, f"only gui/ and cli/ print or draw, not {own}"


def _graph() -> dict[str, set[str]]:
    names = {"rig." + ".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): p for p in MODULES}
    names["rig"] = ROOT / "__init__.py"
    return {name: {m for m in _imports(path) if m in names and m not in {name, "rig"}} for name, path in names.items()}


def test_no_import_cycles() -> None:
    graph = _graph()
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail[trail.index(name) :], name))
        if name not in done:
            for other in sorted(graph[name]):
                visit(other, (*trail, name))
            done.add(name)

    for name in sorted(graph):
        visit(name, ())
