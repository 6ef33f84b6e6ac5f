"""`python -m tanheng`: the command line of the installed project, found by its entry point.

The project never imports what stands on top of it (docs/adr/0002), so the name is looked up, not imported.
"""

from importlib.metadata import entry_points

(command,) = entry_points(group="console_scripts", name="tanheng")
command.load()()
