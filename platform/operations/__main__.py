"""`python -m operations`: the command line from a bare tree."""

from operations.main import main

main(prog_name="tanheng")
