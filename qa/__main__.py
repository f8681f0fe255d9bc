"""``python -m qa``."""

from qa.cli.main import main

main()
