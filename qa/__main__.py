"""``python -m qa``: the command line without the app."""

from qa.cli.main import main

main()
