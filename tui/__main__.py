"""``python -m tui``: what the console script does."""

from tui.main import main

main()
