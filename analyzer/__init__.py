"""Interviews and signals in, a draft Ideal Customer Profile out, every line with the words it rests on.

The flow stands in :mod:`analyzer.pipeline`; a study on disk is :class:`analyzer.study.Study`. Importing this
package imports nothing heavy: each adapter wakes its own library when it is first used.
"""

__version__ = "0.1.0"
