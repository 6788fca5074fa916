"""Facts about naming tests: only one that pytest runs may be named as what holds something."""

from __future__ import annotations

import pytest

from tests.named import amiss_in, amiss_with

TEST = "def test_a():\n    assert True\n"


@pytest.mark.parametrize(
    "source",
    [
        TEST,
        "@pytest.mark.slow\n@pytest.mark.parametrize('n', [1])\n" + TEST,
        "@pytest.mark.skipif(CHROMIUM is None, reason='chromium không có trên máy này')\n" + TEST,
        "pytestmark = [pytest.mark.browser, pytest.mark.skipif(X, reason='x is not installed')]\n" + TEST,
    ],
)
def test_a_test_that_runs_may_be_named(source: str) -> None:
    assert amiss_in(source, "test_a") == ""


@pytest.mark.parametrize(
    "source",
    [
        "",
        f"def outer():\n    {TEST.replace(chr(10), chr(10) + '    ')}",
        f'TEXT = """\n{TEST}"""\n',
        TEST + TEST,  # the second takes the place of the first
        "@pytest.mark.skip\n" + TEST,
        "@pytest.mark.skip(reason='later')\n" + TEST,
        "@pytest.mark.skipif('CCHC_LONG' not in os.environ, reason='long')\n" + TEST,
        "@pytest.mark.xfail\n" + TEST,
        "@pytest.fixture\n" + TEST,
        "pytestmark = pytest.mark.skip\n" + TEST,
        "pytest.skip('all of it', allow_module_level=True)\n" + TEST,
        "__test__ = False\n" + TEST,
    ],
)
def test_a_test_that_nobody_runs_may_not_be_named(source: str) -> None:
    assert amiss_in(source, "test_a") != ""


def test_a_name_must_be_of_a_test_in_a_file_of_tests() -> None:
    assert amiss_with("tests/test_named.py::test_a_test_that_runs_may_be_named") == ""
    assert amiss_with("tests/named.py::amiss_in") != ""
    assert amiss_with("tests/test_gone.py::test_a") != ""
    assert amiss_in(TEST.replace("test_a", "a_test"), "a_test") != ""
