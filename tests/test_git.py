"""Git answers about real checkouts, whatever their branches are called."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from pipelinegen import git
from pipelinegen.errors import EnvironmentFault, UsageError

HOSTILE = ("a$(id)", "-x;rm", "ü/ñ", "a'b\"c", "main")


def _git(directory: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *arguments],
        cwd=directory,
        check=True,
        capture_output=True,
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of branch `main` with one commit and no remote."""
    _git(tmp_path, "init", "--initial-branch", "main")
    _git(tmp_path, "commit", "--allow-empty", "--message", "first")
    return tmp_path


def test_no_checkout(tmp_path: Path) -> None:
    """A folder outside any checkout has neither branch nor remote."""
    assert git.current_branch(tmp_path) is None
    assert git.branches(tmp_path) == ()
    assert git.default_branch(tmp_path) is None
    assert git.remote_url(tmp_path) is None


def test_no_git(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without git is like a folder without a checkout."""
    monkeypatch.setenv("PATH", "")
    assert git.current_branch(checkout) is None


def test_unborn(tmp_path: Path) -> None:
    """A branch without a commit is checked out all the same."""
    _git(tmp_path, "init", "--initial-branch", "trunk")
    assert git.current_branch(tmp_path) == "trunk"


def test_detached(checkout: Path) -> None:
    """A detached head is no branch."""
    _git(checkout, "checkout", "--detach")
    assert git.current_branch(checkout) is None


@pytest.mark.parametrize("name", ["feature/login", *HOSTILE])
def test_current_branch(checkout: Path, name: str) -> None:
    """A branch comes out exactly as it is called."""
    _git(checkout, "symbolic-ref", "HEAD", f"refs/heads/{name}")
    assert git.current_branch(checkout) == name


def test_ambiguous(checkout: Path) -> None:
    """A tag of the same name does not change the answer."""
    _git(checkout, "tag", "main")
    assert git.current_branch(checkout) == "main"


def test_not_utf8(checkout: Path) -> None:
    """A name in another encoding is refused, not guessed."""
    (checkout / ".git" / "HEAD").write_bytes(b"ref: refs/heads/caf\xe9\n")
    with pytest.raises(UsageError, match=r"branch caf\\xe9 is not UTF-8") as caught:
        git.current_branch(checkout)
    assert caught.value.rule == "branch-name-refused"


def test_below_the_top(checkout: Path) -> None:
    """A folder inside the checkout answers like its top."""
    (checkout / "deep" / "-er").mkdir(parents=True)
    assert git.current_branch(checkout / "deep" / "-er") == "main"


def test_branches(checkout: Path) -> None:
    """Local and remote branches are one list, without HEAD and without other encodings."""
    _git(checkout, "remote", "add", "origin", "https://example.com/x")
    _git(checkout, "branch", "a$(id)")
    _git(checkout, "update-ref", "refs/remotes/origin/develop", "HEAD")
    _git(checkout, "update-ref", "refs/remotes/origin/main", "HEAD")
    _git(checkout, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    packed = checkout / ".git" / "packed-refs"
    commit = (checkout / ".git" / "refs" / "heads" / "main").read_bytes().strip()
    packed.write_bytes(commit + b" refs/heads/caf\xe9\n")
    assert git.branches(checkout) == ("a$(id)", "develop", "main")
    assert git.default_branch(checkout) == "main"


@pytest.mark.parametrize(
    ("remotes", "expected"),
    [
        pytest.param({}, None, id="none without a remote"),
        pytest.param({"fork": "f", "origin": "o"}, "o", id="origin before others"),
        pytest.param({"upstream": "u"}, "u", id="the only one"),
    ],
)
def test_remote(checkout: Path, remotes: dict[str, str], expected: str | None) -> None:
    """The address is the one of the remote that work goes to."""
    for name, url in remotes.items():
        _git(checkout, "remote", "add", name, url)
    assert git.remote_url(checkout) == expected


def test_option_like_remote(checkout: Path) -> None:
    """A remote named like an option is a name."""
    config = checkout / ".git" / "config"
    config.write_text(config.read_text() + '[remote "--all"]\n\turl = https://github.com/a/b\n')
    assert git.remote_url(checkout) == "https://github.com/a/b"


@pytest.fixture
def cloned(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of the checkout, whose branches `develop` and `main` it has seen."""
    _git(checkout, "branch", "develop")
    folder = tmp_path_factory.mktemp("clones")
    _git(folder, "clone", str(checkout), "clone")
    return folder / "clone"


def test_remote_heads(checkout: Path, cloned: Path) -> None:
    """The branches are those that the remote has now, not those that were fetched once."""
    _git(checkout, "branch", "-D", "develop")
    _git(checkout, "branch", "x/HEAD")
    _git(checkout, "tag", "refs/heads/tag")
    found = git.remote_heads(cloned)
    assert [head.branch for head in found.branches] == ["main", "x/HEAD"]
    assert (found.default, found.refused) == ("main", ())


def test_time_of_a_head(checkout: Path, cloned: Path) -> None:
    """A branch has the time of its commit as long as the clone has that very commit."""
    (before,) = (head for head in git.remote_heads(cloned).branches if head.branch == "main")
    assert before.changed is not None
    assert before.changed > 1_700_000_000
    _git(checkout, "commit", "--allow-empty", "--message", "second")
    (after,) = (head for head in git.remote_heads(cloned).branches if head.branch == "main")
    assert after.changed is None


@pytest.mark.parametrize("name", HOSTILE[:1] + HOSTILE[2:])
def test_hostile_heads(checkout: Path, cloned: Path, name: str) -> None:
    """A branch of the remote comes out exactly as it is called."""
    _git(checkout, "update-ref", f"refs/heads/{name}", "HEAD")
    assert name in [head.branch for head in git.remote_heads(cloned).branches]


def test_heads_not_utf8(checkout: Path, cloned: Path) -> None:
    """A name in another encoding is refused and shown; the others are read all the same."""
    commit = (checkout / ".git" / "refs" / "heads" / "main").read_bytes().strip()
    (checkout / ".git" / "packed-refs").write_bytes(commit + b" refs/heads/caf\xe9\n")
    found = git.remote_heads(cloned)
    assert found.refused == (r"caf\xe9",)
    assert [head.branch for head in found.branches] == ["develop", "main"]


def test_default_of_a_detached_remote(checkout: Path, cloned: Path) -> None:
    """A remote that calls no branch its default leaves it to what the clone knows."""
    _git(checkout, "checkout", "--detach")
    assert git.remote_heads(cloned).default == "main"


def test_no_heads(checkout: Path, cloned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A remote that is away, empty, or not to be asked, is a fault and never an empty list."""
    monkeypatch.setenv("PIPELINEGEN_OFFLINE", "1")
    with pytest.raises(EnvironmentFault, match="PIPELINEGEN_OFFLINE"):
        git.remote_heads(cloned)
    monkeypatch.delenv("PIPELINEGEN_OFFLINE")
    checkout.joinpath(".git").rename(checkout / "away")
    with pytest.raises(EnvironmentFault, match="git ls-remote --heads origin"):
        git.remote_heads(cloned)
    _git(checkout, "init", "--initial-branch", "main")
    with pytest.raises(EnvironmentFault, match="has no branch"):
        git.remote_heads(cloned)
