"""One browser for all tests of a process."""

import pytest

from tests.browser import Browser


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    found = Browser(tmp_path_factory.mktemp("profile"))
    yield found
    found.close()
