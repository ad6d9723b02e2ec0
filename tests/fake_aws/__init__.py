"""AWS in memory and in virtual time, in the place of the SDK's clients."""

from tests.fake_aws.account import FakeAws

__all__ = ["FakeAws"]
