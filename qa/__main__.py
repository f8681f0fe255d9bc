"""``python -m qa``: the command line without the app."""

from qa.cli.main import cli

cli.main(prog_name="qa")
