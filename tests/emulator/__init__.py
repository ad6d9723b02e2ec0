"""AWS in a process of this machine: ministack, with what our templates need and it lacks.

`serve`, and what it imports, run in an environment of their own that has ministack and nothing of
ours; `running` starts that environment from a test.
"""
