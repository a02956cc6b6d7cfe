"""Imports the standard library before the snapshot: at run time the guest has no files.

Whatever cannot be imported in WASI (sockets' helpers, curses, dbm and their like) is left out by
trying. Modules that act when imported are left out by name.
"""

import contextlib
import importlib
import io
import pkgutil
import sys
import warnings

# Opens a browser, prints a poem, draws a window, are applications or tests, or lead back here.
ACTORS = {
    "__main__",
    "antigravity",
    "app",
    "idlelib",
    "preload",
    "pydoc_data",
    "test",
    "this",
    "turtle",
    "turtledemo",
    "lib2to3",
    "ensurepip",
    "venv",
    "tkinter",
    "_pyrepl",
}


def names():
    """Every module of the standard library, packages' own modules included."""
    for name in sorted(sys.stdlib_module_names - ACTORS):
        yield name
        package = sys.modules.get(name)
        if package is not None and hasattr(package, "__path__"):
            for found in pkgutil.walk_packages(package.__path__, name + ".", onerror=lambda _: None):
                parts = set(found.name.split("."))
                if not parts & {"__main__", "test", "tests", "__phello__"}:
                    yield found.name


def everything():
    """Imports all that imports; what a module prints meanwhile is dropped."""
    warnings.simplefilter("ignore")
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        for name in names():
            try:
                importlib.import_module(name)
            except BaseException:
                # A module that failed half-way leaves no entry behind, as on any Python.
                sys.modules.pop(name, None)
