"""One file per step: `<concern>_<number>.py`. Each concern has a chain of its own, so that none waits for another.

The first step of a concern has `down_revision = None`, each later one names the step before it. A step that has been
released is never changed. A step only goes forward: the way back is the backup made before it.
"""
