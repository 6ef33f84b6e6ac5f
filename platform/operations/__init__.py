"""Command line, supervisor, set-up, demo, benches, drills: on top of all parts, imported by none."""
