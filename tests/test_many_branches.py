"""Two hundred branches at once, and an AWS that takes two calls a second and no more."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue

from pipelinegen.life_cycle.deploy import deploy
from pipelinegen.life_cycle.run import Options
from tests.simulation.account import Account
from tests.test_fault_matrix import Yes, compiled, wanted

BRANCHES = [f"feature/{number:03}" for number in range(200)]
WORKERS = 5
PER_SECOND = 2.0


def test_two_hundred_branches() -> None:
    """All are deployed, by five threads that share one pace; nothing fails, nothing is left."""
    account = Account(per_second=PER_SECOND)
    connection = account.connection()
    spec = compiled(b"new").spec
    assert spec is not None
    waiting: SimpleQueue[str] = SimpleQueue()
    for branch in BRANCHES:
        waiting.put(branch)
    ends: Counter[str] = Counter()

    def work() -> None:
        try:
            while True:
                ended = deploy(
                    wanted(waiting.get_nowait()),
                    connection,
                    Yes(),
                    lambda _progress: None,
                    Options(),
                    spec=spec,
                    locate=lambda _logical_id: None,
                )
                ends[ended.status] += 1
        except Empty:
            account.time.left()

    start = account.time.now()
    with account.time.members(WORKERS), ThreadPoolExecutor(WORKERS) as pool:
        for future in [pool.submit(work) for _ in range(WORKERS)]:
            future.result()
    stacks = account.cloudformation.stacks.values()
    assert ends == {"CREATE_COMPLETE": len(BRANCHES)}
    assert Counter(stack.status for stack in stacks) == {"CREATE_COMPLETE": len(BRANCHES)}
    assert len({stack.name for stack in stacks}) == len(BRANCHES)
    assert all(not stack.change_sets for stack in stacks)
    calls = len(account.front.calls)
    assert calls / (account.time.now() - start) <= PER_SECOND * 1.05
    assert account.front.throttled <= calls * 0.05
