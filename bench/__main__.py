"""`make bench`: every benchmark in turn. Each is also a command of its own: ``python -m bench.NAME``."""

from bench import evidence

evidence.main()
