"""The address of a remote becomes a source, or nothing at all."""

from __future__ import annotations

import pytest

from pipelinegen.repository import Repository, repository_of

_COMMIT = "git-codecommit.eu-west-1.amazonaws.com/v1/repos"


@pytest.mark.parametrize(
    "url",
    [
        f"https://{_COMMIT}/shop",
        f"https://user-at-111111111111:pass@{_COMMIT}/shop/",
        f"ssh://{_COMMIT}/shop",
        f"ssh://APKAEIBAERJR2EXAMPLE@{_COMMIT}/shop",
        "https://git-codecommit-fips.us-east-1.amazonaws.com/v1/repos/shop",
        "https://git-codecommit.cn-north-1.amazonaws.com.cn/v1/repos/shop",
        "codecommit://shop",
        "codecommit://profile@shop",
        "codecommit::eu-west-1://shop",
        "codecommit::eu-west-1://profile@shop",
    ],
)
def test_codecommit(url: str) -> None:
    """Every way to reach CodeCommit names the repository."""
    assert repository_of(url) == Repository("codecommit", "shop")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://github.com/acme/shop", "acme/shop"),
        ("https://github.com/acme/shop.git", "acme/shop"),
        ("https://x-access-token:secret@github.com/acme/shop.git/", "acme/shop"),
        ("git@github.com:acme/shop.git", "acme/shop"),
        ("github.com:acme/shop", "acme/shop"),
        ("ssh://git@ssh.github.com:443/acme/shop.git", "acme/shop"),
        ("https://gitlab.com/acme/group/sub/shop.git", "acme/group/sub/shop"),
        ("https://gitlab.example.com/acme/shop.js", "acme/shop.js"),
        ("git@bitbucket.org:acme/shop.git", "acme/shop"),
        ("https://github.example.com/acme/shop", "acme/shop"),
    ],
)
def test_connection(url: str, name: str) -> None:
    """A hosted repository is reached through a connection, by its full id."""
    assert repository_of(url) == Repository("connection", name)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("", id="no remote"),
        pytest.param("/srv/git/shop.git", id="a folder"),
        pytest.param("../github.com/acme/shop", id="a folder that looks like a host"),
        pytest.param("file:///github.com/a/b", id="a file"),
        pytest.param("https://example.com/acme/shop", id="a host that no connection reaches"),
        pytest.param("https://github.com/shop", id="no owner"),
        pytest.param("https://github.com/acme/shop\n- x", id="a line break"),
        pytest.param('https://github.com/acme/"}, x: {', id="YAML"),
        pytest.param("https://github.com/acme/${role:X}", id="a reference"),
        pytest.param("https://github.com/../shop", id="dots"),
        pytest.param("codecommit://a b", id="a space"),
        pytest.param("codecommit://é", id="a letter beyond ASCII"),
        pytest.param("https://github.com/" + "a/" * 4000 + "!", id="long and almost right"),
    ],
)
def test_unknown(url: str) -> None:
    """What is not surely a repository of a known kind is none."""
    assert repository_of(url) is None


@pytest.mark.parametrize(
    ("kind", "name"),
    [("codecommit", "Shop"), ("connection", "owner/Shop"), ("s3", "shop-source/source.zip")],
)
def test_example(kind: str, name: str) -> None:
    """Without a remote the name of the application makes one to be corrected."""
    assert Repository.example(kind, "Shop") == Repository(kind, name)
