"""Log groups that AWS made beside a stack, and that its deletion would leave behind."""

from __future__ import annotations

from collections.abc import Iterable

from pipelinegen.life_cycle.removal import Removal


def existing_logs(removal: Removal, names: Iterable[str]) -> tuple[str, ...]:
    """Return those of the log groups that exist, as far as we may see them."""
    return tuple(name for name in names if name in _beginning_with(removal, name))


def _beginning_with(removal: Removal, name: str) -> tuple[str, ...]:
    return removal.read(
        lambda: removal.connection.stores.log_groups(name),
        otherwise=(),
        hidden=f"log group '{name}' may stay",
    )


def remove_logs(removal: Removal, names: Iterable[str]) -> None:
    """Delete log groups."""
    for name in names:
        removal.connection.stores.delete_log_group(name)
        removal.say(f"log group '{name}' was deleted")
