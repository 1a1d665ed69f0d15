"""``python -m analyzer.cli`` is ``icp``."""

from analyzer.cli import main

main()
