"""``python -m matchmaker`` is the console command."""

from matchmaker.cli import main

main()
